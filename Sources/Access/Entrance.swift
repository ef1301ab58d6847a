/// What a request wants in the listener on the network, by its method and path alone. What is not
/// listed here is not served, whatever routes there are.
package enum Entrance: Hashable, Sendable {
  /// An operation of the interface, under `/v1`.
  case api(Operation)
  /// The same for people: a page that shows it, or a form that orders it.
  case page(Operation)
  /// What somebody needs who has not logged in: the login, what pages are made of, and in which
  /// colours they are shown.
  case open
  /// The end of a session.
  case logout
  case unknown

  package init(method: String, path: String) {
    if let operation = Operation(method: method, path: path) {
      self = .api(operation)
      return
    }
    switch (method, path) {
    case ("GET", "/"): self = .page(.status)
    case ("GET", "/graph"): self = .page(.services)
    case ("GET", "/audit"): self = .page(.history)
    case ("GET", "/login"), ("POST", "/login"), ("GET", "/login/oidc"), ("POST", "/theme"),
      ("GET", LoginTerms.callbackPath):
      self = .open
    case ("POST", "/logout"): self = .logout
    case ("GET", _) where Self.isAsset(path): self = .open
    default: self = Operation(method: method, path: "/v1" + path).map(Entrance.page) ?? .unknown
    }
  }

  /// A single file, by a name that leads nowhere else.
  private static func isAsset(_ path: String) -> Bool {
    guard path.hasPrefix(assets), path.utf8.count <= 128 else { return false }
    let name = path.dropFirst(assets.count)
    return name.first != "." && !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  private static let assets = "/assets/"
}
