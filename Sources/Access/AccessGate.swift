package import MeshModel

/// Decides who a caller is: the directory, the sessions and the budgets of one listener.
///
/// A header comes before a cookie, a cookie before a certificate. A header beside a cookie is
/// refused, for a browser adds cookies without being asked. What is refused is told apart in the log
/// only. Failed attempts have a budget for each address; who holds a good credential is let in
/// however many others fail there, for a secret of 256 bits is not guessed in between.
package struct AccessGate: Sendable {
  package var directory: OperatorDirectory
  private var sessions: SessionStore
  private var failures: RequestBudget<IPPrefix?>
  private var strangers: RequestBudget<IPPrefix?>
  private var requests: RequestBudget<String>

  package init(directory: OperatorDirectory, sessions: SessionStore) {
    self.directory = directory
    self.sessions = sessions
    failures = RequestBudget(
      perSecond: AccessBounds.failuresPerSecond, burst: AccessBounds.failuresAtOnce)
    strangers = RequestBudget(
      perSecond: AccessBounds.strangersPerSecond, burst: AccessBounds.strangersAtOnce)
    requests = RequestBudget(
      perSecond: AccessBounds.requestsPerSecond, burst: AccessBounds.requestsAtOnce)
  }

  /// Who the caller is.
  package mutating func admit(
    _ facts: CallerFacts, at now: Timestamp
  ) throws(AccessRefusal) -> Admission {
    let admission: Admission
    do {
      admission = try identify(facts, at: now)
    } catch {
      guard !error.isFailedLogin || failures.take(facts.address, at: now) else {
        throw .tooManyFailures
      }
      throw error
    }
    guard requests.take(admission.operator.name, at: now) else { throw .tooManyRequests }
    return admission
  }

  /// Whether somebody who has not logged in yet may be served what everybody may see.
  package mutating func admitStranger(from address: IPPrefix?, at now: Timestamp) -> Bool {
    strangers.take(address, at: now)
  }

  /// Begins a session for the bearer of a token and gives its cookie.
  package mutating func logIn(
    token: String, from address: IPPrefix?, replacing former: String?, random: [UInt8],
    at now: Timestamp
  ) throws(AccessRefusal) -> String {
    let bearer: Operator
    do {
      bearer = try directory.bearer(of: token, at: now)
    } catch {
      throw failures.take(address, at: now) ? error : .tooManyFailures
    }
    guard case .token(let id) = bearer.via else { throw .unknownToken }
    return try begin(.token(id: id), replacing: former, random: random, at: now)
  }

  /// Begins a session for whom the provider named.
  package mutating func logIn(
    name: String, claimed: [Grant], replacing former: String?, random: [UInt8], at now: Timestamp
  ) throws(AccessRefusal) -> String {
    _ = try directory.login(name, claimed: claimed)
    return try begin(
      .oidc(name: name, claimed: claimed), replacing: former, random: random, at: now)
  }

  package mutating func logOut(_ cookie: String) {
    sessions.end(cookie)
  }

  package func isFormToken(_ text: String, for cookie: String) -> Bool {
    sessions.isFormToken(text, for: cookie)
  }

  private mutating func begin(
    _ login: Session.Login, replacing former: String?, random: [UInt8], at now: Timestamp
  ) throws(AccessRefusal) -> String {
    guard let cookie = sessions.begin(login, replacing: former, random: random, at: now) else {
      throw .unknownSession
    }
    return cookie
  }

  private mutating func identify(
    _ facts: CallerFacts, at now: Timestamp
  ) throws(AccessRefusal) -> Admission {
    guard facts.authorization.count + facts.cookies.count <= 1 else { throw .severalCredentials }
    if let header = facts.authorization.first {
      guard header.utf8.count <= AccessBounds.credentialBytes,
        header.prefix(Self.scheme.count).lowercased() == Self.scheme
      else { throw .malformedToken }
      let bearer = try directory.bearer(of: String(header.dropFirst(Self.scheme.count)), at: now)
      return Admission(operator: bearer, formToken: nil)
    }
    if let cookie = facts.cookies.first {
      do {
        let caller = try sessions.use(cookie, at: now).operator(in: directory, at: now)
        return Admission(operator: caller, formToken: sessions.formToken(for: cookie))
      } catch {
        // An old cookie does not keep the holder of a certificate out.
        guard !facts.certificates.isEmpty else { throw .endedSession(error) }
      }
    }
    guard !facts.certificates.isEmpty else { throw .noCredential }
    return Admission(operator: try directory.holder(of: facts.certificates), formToken: nil)
  }

  private static let scheme = "bearer "
}
