internal import HTTPTypes

/// The cookie of a session, and how it is set so that nobody else can read, send or replace it.
struct SessionCookie: Sendable {
  let name: String
  private let attributes: String

  /// `__Host-` binds a cookie to this host, this path and TLS. It is Lax, not Strict: a browser that
  /// comes back from the login provider would not send a strict one, and what changes something
  /// asks for a form token besides.
  init(_ name: String, isSecure: Bool) {
    self.name = (isSecure ? "__Host-" : "") + name
    attributes = "; Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
  }

  func setting(_ value: String, seconds: Int64) -> String {
    "\(name)=\(value)\(attributes); Max-Age=\(seconds)"
  }

  var clearing: String { "\(name)=\(attributes); Max-Age=0" }

  /// Every value that a request brings under the name.
  func values(in fields: HTTPFields) -> [String] {
    CookieHeader.values(named: name, in: fields[values: .cookie])
  }
}
