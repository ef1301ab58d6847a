internal import Access
internal import MeshModel

/// Credentials of strangers: whatever they send, they are nobody, no cookie of theirs is a session's,
/// and the one that is theirs stays so beside it.
enum CookiesFuzz {
  private static let now = Timestamp(seconds: 1_700_000_000)
  private static let key = Array(repeating: UInt8(1), count: SessionStore.keyBytes)
  private static let random = Array(repeating: UInt8(2), count: SessionStore.randomBytes)

  static func run(_ bytes: [UInt8]) {
    guard var store = SessionStore(key: key),
      let token = AccessToken(random: Array(repeating: 3, count: AccessToken.randomBytes)),
      let cookie = store.begin(
        .token(id: token.id), replacing: nil, random: random, at: now)
    else { preconditionFailure("no session") }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    let values = CookieHeader.values(named: "flyball", in: [text])
    precondition(values.reduce(0) { $0 + $1.utf8.count } <= text.utf8.count)
    // Another cookie before ours takes nothing from it.
    let beside = CookieHeader.values(named: "flyball", in: [text + "; flyball=" + cookie])
    precondition(beside.last == cookie && beside.dropLast() == values[...])
    let grant = Grant(.admin, in: .all)
    var gate = AccessGate(
      directory: OperatorDirectory(
        operators: [OperatorEntry(name: "alice", grants: [grant])],
        tokens: [
          TokenRecord(
            id: token.id, operator: "alice", digest: token.digest, grants: [grant],
            expires: now.adding(milliseconds: 1_000))
        ]), sessions: store)
    for value in values + [text] where value != cookie {
      precondition(!gate.isFormToken(value, for: cookie) || value == store.formToken(for: cookie))
      precondition(LoginTicket(parsing: value, key: key, at: now) == nil)
      for facts in [
        CallerFacts(address: nil, certificates: [], authorization: [], cookies: [value]),
        CallerFacts(address: nil, certificates: [], authorization: [value], cookies: []),
      ] where value.lowercased() != "bearer " + token.text {
        // Being refused is what is wanted.
        precondition((try? gate.admit(facts, at: now)) == nil, "a stranger was let in")
      }
    }
  }
}
