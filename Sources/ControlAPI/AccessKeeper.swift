package import Access
internal import Logging
package import MeshModel
internal import Synchronization

/// The gate of the operators' listener, asked by all its connections at once.
package final class AccessKeeper: Sendable {
  let hosts: HostList
  let isSecure: Bool
  private let gate: Mutex<AccessGate>
  private let now: @Sendable () -> Timestamp
  private let logger = Logger(label: "flyball.access")

  /// Nil only if `SessionStore` changes how many random bytes it needs.
  package init?(
    directory: OperatorDirectory, hosts: HostList, isSecure: Bool,
    now: @escaping @Sendable () -> Timestamp
  ) {
    guard let sessions = SessionStore(key: Self.random(SessionStore.keyBytes)) else { return nil }
    gate = Mutex(AccessGate(directory: directory, sessions: sessions))
    self.hosts = hosts
    self.isSecure = isSecure
    self.now = now
  }

  /// From now on these are known; a session of somebody else ends with its next request.
  package func replace(_ directory: OperatorDirectory) {
    gate.withLock { $0.directory = directory }
  }

  func admit(_ facts: CallerFacts) throws(AccessRefusal) -> Admission {
    try reporting(facts.address) { gate, now throws(AccessRefusal) in
      try gate.admit(facts, at: now)
    }
  }

  func admitStranger(from address: IPPrefix?) -> Bool {
    let now = now()
    return gate.withLock { $0.admitStranger(from: address, at: now) }
  }

  /// The cookie of a session that the bearer of a token begins.
  func logIn(
    token: String, from address: IPPrefix?, replacing former: String?
  ) throws(AccessRefusal) -> String {
    let cookie = try reporting(address) { gate, now throws(AccessRefusal) in
      try gate.logIn(
        token: token, from: address, replacing: former,
        random: Self.random(SessionStore.randomBytes), at: now)
    }
    logger.notice("logged in with a token", metadata: ["address": "\(Self.text(address))"])
    return cookie
  }

  /// The cookie of a session of whom the provider named.
  func logIn(
    name: String, claimed: [Grant], from address: IPPrefix?, replacing former: String?
  ) throws(AccessRefusal) -> String {
    let cookie = try reporting(address) { gate, now throws(AccessRefusal) in
      try gate.logIn(
        name: name, claimed: claimed, replacing: former,
        random: Self.random(SessionStore.randomBytes), at: now)
    }
    logger.notice(
      "logged in at the provider",
      metadata: ["name": "\(name)", "address": "\(Self.text(address))"])
    return cookie
  }

  func logOut(_ cookie: String) {
    gate.withLock { $0.logOut(cookie) }
  }

  func isFormToken(_ text: String, for cookie: String) -> Bool {
    gate.withLock { $0.isFormToken(text, for: cookie) }
  }

  /// Random bytes of the kernel.
  static func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// Failed logins within their budget are logged; those past it would only fill the log.
  private func reporting<Value>(
    _ address: IPPrefix?,
    _ body: (inout AccessGate, Timestamp) throws(AccessRefusal) -> Value
  ) throws(AccessRefusal) -> Value {
    let now = now()
    let result: Result<Value, AccessRefusal> = gate.withLock { gate in
      do throws(AccessRefusal) {
        return .success(try body(&gate, now))
      } catch {
        return .failure(error)
      }
    }
    if case .failure(let refusal) = result, refusal.isFailedLogin {
      logger.warning(
        "a login failed",
        metadata: ["reason": "\(refusal)", "address": "\(Self.text(address))"])
    }
    return try result.get()
  }

  private static func text(_ address: IPPrefix?) -> String { address?.description ?? "unknown" }
}
