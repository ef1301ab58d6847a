internal import HTTPTypes

/// What browsers are told about every answer.
struct SecurityHeaders: Sendable {
  private let fields: [(HTTPField.Name, String)]

  init(isSecure: Bool) {
    var fields: [(String, String)] = [
      (
        "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
          + " object-src 'none'"
      ),
      ("X-Content-Type-Options", "nosniff"),
      ("X-Frame-Options", "DENY"),
      // Stricter ones would make the browser hide the origin of our own forms.
      ("Referrer-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    if isSecure { fields.append(("Strict-Transport-Security", "max-age=31536000")) }
    self.fields = fields.compactMap { name, value in
      HTTPField.Name(name).map { ($0, value) }
    }
  }

  /// What the answer says of caching stands; without a word it is kept nowhere.
  func add(to headers: inout HTTPFields) {
    for (name, value) in fields { headers[name] = value }
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
  }
}
