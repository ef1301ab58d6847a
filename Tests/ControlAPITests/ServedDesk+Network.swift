internal import Access
internal import ControlAPI
internal import CurlHTTP
internal import DemoMesh
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle
internal import TransparencyLog

/// The same desk on the network, for operators who may not see everything.
extension ServedDesk {
  /// Whoever comes in by a token of their own.
  enum Caller: String, CaseIterable {
    case shopViewer = "shop-viewer"
    case shopOperator = "shop-operator"
    case viewer
    case admin

    var grant: Grant {
      switch self {
      case .shopViewer: Grant(.viewer, in: .named(["shop"]))
      case .shopOperator: Grant(.operator, in: .named(["shop"]))
      case .viewer: Grant(.viewer, in: .all)
      case .admin: Grant(.admin, in: .all)
      }
    }

    /// The same in every run: these are secrets of tests.
    fileprivate var token: AccessToken? {
      AccessToken(
        random: Array(rawValue.utf8.prefix(8))
          + Array(
            repeating: UInt8(7), count: AccessToken.randomBytes - rawValue.utf8.prefix(8).count)
      )
    }

    var header: String { "Authorization: Bearer \(token?.text ?? "")" }
  }

  static func listener(
    _ server: OperatorServer, _ desk: ControlDesk, _ scoring: Scoring, port: Int
  ) throws -> any Service {
    let tokens = Caller.allCases.compactMap { caller in
      caller.token.map {
        TokenRecord(
          id: $0.id, operator: caller.rawValue, digest: $0.digest, grants: [caller.grant],
          expires: Timestamp(seconds: 4_000_000_000))
      }
    }
    let directory = OperatorDirectory(
      operators: Caller.allCases.map { OperatorEntry(name: $0.rawValue, grants: [$0.grant]) },
      tokens: tokens)
    let clock = LoopClock()
    let keeper = AccessKeeper(
      directory: directory, hosts: HostList(["127.0.0.1"], port: port), isSecure: false,
      now: { clock.now() })
    guard let keeper else { throw Late(what: "random bytes") }
    return NetworkListener(
      server, host: "127.0.0.1", port: port, certificate: nil, keeper: keeper, login: nil,
      console: ConsoleRoutes(
        desk: desk, scoring: scoring,
        checkpoints: { CheckpointStanding(records: 0, signed: 0, exported: 0) }))
  }

  func get(_ path: String, as caller: Caller) async throws -> HTTPResponse {
    try await HTTPConnection().send(
      HTTPRequest(url: "http://127.0.0.1:\(port)\(path)", headers: [caller.header]))
  }

  func post(
    _ path: String, _ body: String? = nil, as caller: Caller,
    type: String = "application/json"
  ) async throws -> HTTPResponse {
    try await HTTPConnection().send(
      HTTPRequest(
        method: "POST", url: "http://127.0.0.1:\(port)\(path)",
        headers: [caller.header, "Content-Type: \(type)"], body: Array((body ?? "").utf8)))
  }
}
