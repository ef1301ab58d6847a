internal import Crypto
package import MeshModel

/// The sessions of this process. They are found by a hash of their cookie, so that who reads the
/// memory or a core of it holds no cookie; a restart ends them all.
package struct SessionStore: Sendable {
  private var sessions: [Digest: Session] = [:]
  private let key: SymmetricKey

  package static let keyBytes = 32
  package static let randomBytes = 32

  /// `key` is of 32 random bytes; nil for any other number.
  package init?(key: [UInt8]) {
    guard key.count == Self.keyBytes else { return nil }
    self.key = SymmetricKey(data: key)
  }

  package var count: Int { sessions.count }

  /// Begins a session and gives its cookie; the one of `former` ends, so that nobody can hand out a
  /// cookie and wait until it is worth something. Nil unless there are 32 random bytes.
  package mutating func begin(
    _ login: Session.Login, replacing former: String?, random: [UInt8], at now: Timestamp
  ) -> String? {
    guard random.count == Self.randomBytes else { return nil }
    if let former { end(former) }
    makeRoom(for: login, at: now)
    sessions[Digest(of: random)] = Session(login: login, began: now, lastUsed: now)
    return Hexadecimal.text(random)
  }

  /// The session of a cookie, which counts as used now.
  package mutating func use(
    _ cookie: String, at now: Timestamp
  ) throws(AccessRefusal) -> Session {
    guard let digest = digest(of: cookie), var session = sessions[digest] else {
      throw .unknownSession
    }
    guard session.isLive(at: now) else {
      sessions[digest] = nil
      throw .expiredSession
    }
    session.lastUsed = max(session.lastUsed, now)
    sessions[digest] = session
    return session
  }

  package mutating func end(_ cookie: String) {
    guard let digest = digest(of: cookie) else { return }
    sessions[digest] = nil
  }

  /// What a form must bring along: only a page that was made for this cookie knows it.
  package func formToken(for cookie: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(cookie.utf8), using: key)
    return Hexadecimal.text(code)
  }

  package func isFormToken(_ text: String, for cookie: String) -> Bool {
    guard text.utf8.count <= AccessBounds.credentialBytes else { return false }
    return Digest.isEqual(Array(text.utf8), Array(formToken(for: cookie).utf8))
  }

  private func digest(of cookie: String) -> Digest? {
    guard cookie.utf8.count == 2 * Self.randomBytes, let bytes = Hexadecimal.bytes(cookie) else {
      return nil
    }
    return Digest(of: bytes)
  }

  /// The dead go first, then the operator's own oldest, then the oldest of all.
  private mutating func makeRoom(for login: Session.Login, at now: Timestamp) {
    let own = sessions.filter { $0.value.login.owner == login.owner }
    if own.count >= AccessBounds.sessionsPerOperator { dropOldest(of: own) }
    guard sessions.count >= AccessBounds.sessions else { return }
    sessions = sessions.filter { $0.value.isLive(at: now) }
    if sessions.count >= AccessBounds.sessions { dropOldest(of: sessions) }
  }

  private mutating func dropOldest(of some: [Digest: Session]) {
    guard let oldest = some.min(by: { $0.value.lastUsed < $1.value.lastUsed }) else { return }
    sessions[oldest.key] = nil
  }
}

extension Session.Login {
  /// Whose sessions are counted together.
  fileprivate var owner: String {
    switch self {
    case .token(let id): "token " + id
    case .oidc(let name, _): "oidc " + name
    }
  }
}
