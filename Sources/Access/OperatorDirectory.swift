package import MeshModel

/// Who is known by which credential, and what is granted to them. What is not in it is refused.
package struct OperatorDirectory: Hashable, Sendable {
  private let operators: [String: OperatorEntry]
  private let tokens: [String: TokenRecord]
  private let certificates: [SPIFFEID: String]
  private let logins: [String: String]
  private let users: [String: String]

  package init(operators: [OperatorEntry] = [], tokens: [TokenRecord] = []) {
    self.operators = Dictionary(operators.map { ($0.name, $0) }) { first, _ in first }
    self.tokens = Dictionary(tokens.map { ($0.id, $0) }) { first, _ in first }
    certificates = Dictionary(
      operators.flatMap { entry in entry.certificates.map { ($0, entry.name) } }
    ) { first, _ in first }
    logins = Dictionary(
      operators.compactMap { entry in entry.login.map { ($0, entry.name) } }
    ) { first, _ in first }
    users = Dictionary(
      operators.compactMap { entry in entry.user.map { ($0, entry.name) } }
    ) { first, _ in first }
  }

  /// The bearer of a token. The secret is compared before anything is said of the record.
  package func bearer(of text: String, at now: Timestamp) throws(AccessRefusal) -> Operator {
    guard text.utf8.count <= AccessBounds.credentialBytes, let token = AccessToken(parsing: text)
    else { throw .malformedToken }
    guard let record = tokens[token.id] else { throw .unknownToken }
    guard record.digest == token.digest else { throw .wrongSecret(id: token.id) }
    return try bearer(ofID: token.id, at: now)
  }

  /// The bearer of a token whose secret was seen before: of a session that began with it.
  package func bearer(ofID id: String, at now: Timestamp) throws(AccessRefusal) -> Operator {
    guard let record = tokens[id] else { throw .unknownToken }
    guard now < record.expires else { throw .expiredToken(id: id) }
    guard let entry = operators[record.operator] else {
      throw .nothingGranted(name: record.operator)
    }
    return try granted(
      record.operator, record.grants.intersection(entry.grants), via: .token(id: id))
  }

  /// Whoever showed a certificate with these identities, of which exactly one may be known.
  package func holder(of identities: [SPIFFEID]) throws(AccessRefusal) -> Operator {
    let names = Set(identities.compactMap { certificates[$0] })
    guard names.count == 1, let name = names.first, let entry = operators[name] else {
      throw .unknownCertificate
    }
    return try granted(name, entry.grants, via: .certificate)
  }

  /// Whoever logged in under this name; `claimed` is granted besides what is configured.
  package func login(_ name: String, claimed: [Grant]) throws(AccessRefusal) -> Operator {
    if let own = logins[name], let entry = operators[own] {
      return try granted(own, entry.grants + claimed, via: .oidc)
    }
    // Many providers let users choose their names: none becomes a configured operator by that.
    guard operators[name] == nil, Operator.isName(name) else { throw .nothingGranted(name: name) }
    return try granted(name, claimed, via: .oidc)
  }

  /// The name under which this machine's user counts.
  package func name(ofUser user: String) -> String { users[user] ?? user }

  private func granted(
    _ name: String, _ grants: [Grant], via: Operator.Via
  ) throws(AccessRefusal) -> Operator {
    guard !grants.isEmpty else { throw .nothingGranted(name: name) }
    return Operator(name: name, grants: grants, via: via)
  }
}
