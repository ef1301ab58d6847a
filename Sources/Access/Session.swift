package import MeshModel

/// Somebody who logged in. What it may do is asked of the directory at each request, so that what is
/// taken back ends with the next one.
package struct Session: Hashable, Sendable {
  package let login: Login
  package let began: Timestamp
  package internal(set) var lastUsed: Timestamp

  /// What the session stands on.
  package enum Login: Hashable, Sendable {
    case token(id: String)
    /// The provider's name of the operator, and what its claims granted.
    case oidc(name: String, claimed: [Grant])
  }

  /// It ends when it was idle for long or lived for long, whichever comes first.
  func isLive(at now: Timestamp) -> Bool {
    now < began.adding(milliseconds: AccessBounds.sessionMilliseconds)
      && now < lastUsed.adding(milliseconds: AccessBounds.sessionIdleMilliseconds)
  }

  package func `operator`(
    in directory: OperatorDirectory, at now: Timestamp
  ) throws(AccessRefusal) -> Operator {
    switch login {
    case .token(let id): try directory.bearer(ofID: id, at: now)
    case .oidc(let name, let claimed): try directory.login(name, claimed: claimed)
    }
  }
}
