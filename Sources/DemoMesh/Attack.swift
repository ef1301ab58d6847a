internal import CurlHTTP
package import MeshModel
internal import Synchronization

/// A compromised workload: it probes every service it can reach, then guesses passwords.
package final class Attack: Sendable {
  package struct Trace: Sendable {
    package var firstRequest: Timestamp?
    package var firstWhat = ""
    package var firstDenial: Timestamp?
    /// Bad requests that were answered by a workload.
    package var leaked = 0
    package var denied = 0
    package var sent = 0
    /// When each of the first bad requests was answered by a workload.
    package var answers: [Timestamp] = []
    /// The body of the first denial, as the attacker reads it.
    package var denialText = ""
  }

  private static let keptAnswers = 16
  private static let paths = [
    "/admin", "/.env", "/debug/pprof", "/internal/keys", "/actuator/env", "/backup.sql",
  ]

  private let mesh: ShopMesh
  private let from: String
  private let targets: [String]
  private let pauseMilliseconds: Int
  private let now: @Sendable () -> Timestamp
  private let state = Mutex(Trace())

  package init(
    mesh: ShopMesh, from: String, targets: [String], pauseMilliseconds: Int = 2,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.mesh = mesh
    self.from = from
    self.targets = targets
    self.pauseMilliseconds = pauseMilliseconds
    self.now = now
  }

  package var trace: Trace { state.withLock { $0 } }

  /// Attacks on one keep-alive connection until the task is cancelled.
  package func run(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let connection = HTTPConnection()
    let scan = Self.paths.flatMap { path in targets.map { ($0, path) } }
      .shuffled(using: &random)
    for (target, path) in scan {
      try await send(target, path, method: "GET", on: connection)
    }
    while true { try await send("payments", "/login", method: "POST", on: connection) }
  }

  private func send(
    _ target: String, _ path: String, method: String, on connection: HTTPConnection
  ) async throws {
    if pauseMilliseconds > 0 { try await Task.sleep(for: .milliseconds(pauseMilliseconds)) }
    try Task.checkCancellation()
    let began = now()
    state.withLock { trace in
      trace.sent += 1
      if trace.firstRequest == nil {
        trace.firstRequest = began
        trace.firstWhat = "\(from) asks \(target) for \(path)"
      }
    }
    let response = try? await connection.send(  // No answer is neither leaked nor denied.
      mesh.request(from: from, to: target, path: path, method: method))
    let ended = now()
    state.withLock { trace in
      switch response?.status {
      case 403:
        trace.denied += 1
        if trace.firstDenial == nil {
          trace.firstDenial = ended
          trace.denialText = response?.text ?? ""
        }
      case nil, 429: break
      default:
        trace.leaked += 1
        if trace.answers.count < Self.keptAnswers { trace.answers.append(ended) }
      }
    }
  }
}
