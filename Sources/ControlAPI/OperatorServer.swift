package import FeedbackLoop
internal import Foundation
internal import Hummingbird
internal import LockFile
internal import Logging
package import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle

/// The operators' HTTP interface on a unix socket. Who may open the socket may do everything.
package struct OperatorServer: Service {
  private let path: String
  private let lock: LockFile
  private let loop: Loop
  private let history: any HistoryStore
  private let recorder: Recorder
  private let daemon: DaemonView
  private let logger = Logger(label: "flyball.api")

  /// Fails when another daemon answers at `path`: its socket must not be taken from under it.
  package init(
    path: String, loop: Loop, history: any HistoryStore, recorder: Recorder, daemon: DaemonView
  ) throws(SocketInUse) {
    self.path = path
    do {
      lock = try LockFile(for: path)
    } catch .held {
      throw SocketInUse(path: path)
    } catch .cannotOpen(let reason) {
      throw SocketInUse(reason: reason)
    }
    self.daemon = daemon
    self.loop = loop
    self.history = history
    self.recorder = recorder
  }

  package func run() async throws {
    let application = Application(
      router: router,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(30),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16_384, maxHeaderListSize: 65_536, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .unixDomainSocket(path: path), serverName: "flyball"),
      onServerRunning: { _ in
        // Only the user that runs Flyball may command it.
        _ = chmod(path, 0o600)
      },
      logger: logger)
    try await application.run()
  }

  private var router: Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.get("v1/status") { _, _ in
      reply(StatusView(await loop.snapshot, daemon))
    }
    router.get("v1/nodes") { _, _ in
      let snapshot = await loop.snapshot
      let proxies = snapshot.proxies.sorted { $0.key < $1.key }
      return reply(
        NodeList(
          nodes: proxies.map { proxy, standing in
            NodeView(
              proxy, standing, isGateway: snapshot.gateways.contains(proxy.principal),
              at: snapshot.at)
          }))
    }
    router.get("v1/actions") { _, _ in
      reply(ActionList(actions: try await currentActions(await loop.snapshot)))
    }
    router.get("v1/actions/:id") { _, context in
      guard let id = ActionID(parsing: try context.parameters.require("id")),
        let (stored, events) = try await history.action(id)
      else { return reply(ErrorView(error: "no such action"), .notFound) }
      let live = await loop.snapshot.openActions.first { $0.id == id }
      return reply(ActionView(live ?? stored, events: events))
    }
    router.get("v1/recording") { request, _ in
      recording(isRedacted: request.uri.queryParameters["redact"] == "true")
    }
    router.post("v1/pause") { _, _ in await command(.pause) }
    router.post("v1/resume") { _, _ in await command(.resume) }
    router.post("v1/deploys") { request, _ in
      guard let text = request.uri.queryParameters["workload"],
        let workload = try? SPIFFEID(parsing: String(text))  // Said to whoever asked.
      else { return reply(ErrorView(error: "workload must be a SPIFFE ID"), .badRequest) }
      return await command(.deploy(workload))
    }
    router.post("v1/revert-all") { _, _ in await command(.revertAll) }
    router.post("v1/actions/:id/:verb") { _, context in
      guard let id = ActionID(parsing: try context.parameters.require("id")) else {
        return reply(ErrorView(error: "no such action"), .notFound)
      }
      switch try context.parameters.require("verb") {
      case "approve": return await command(.approve(id))
      case "reject": return await command(.reject(id))
      case "revert": return await command(.revert(id))
      default: return reply(ErrorView(error: "no such verb"), .notFound)
      }
    }
    return router
  }

  /// The newest actions of the history, the open ones with the evidence of this moment.
  private func currentActions(_ snapshot: LoopSnapshot) async throws -> [ActionView] {
    let open = Dictionary(uniqueKeysWithValues: snapshot.openActions.map { ($0.id, $0) })
    return try await history.actions(limit: Self.maximumActions).map {
      ActionView(open[$0.id] ?? $0)
    }
  }

  private func command(_ command: OperatorCommand) async -> Response {
    do {
      try await loop.command(command, by: "the operator socket")
      return reply(StatusView(await loop.snapshot, daemon))
    } catch {
      return reply(
        ErrorView(error: error.text), error == .unknownAction ? .notFound : .conflict)
    }
  }

  /// Telemetry as it comes, until the reader goes away.
  private func recording(isRedacted: Bool) -> Response {
    guard recorder.hasRoom else {
      return reply(ErrorView(error: "two recordings are being made already"), .conflict)
    }
    let key: UInt64? = isRedacted ? .random(in: .min ... .max) : nil
    return Response(
      status: .ok, headers: [.contentType: "application/octet-stream"],
      body: ResponseBody { writer in
        try await recorder.record(redactionKey: key) { bytes in
          try await writer.write(ByteBuffer(bytes: bytes))
        }
        try await writer.finish(nil)
      })
  }

  private func reply(
    _ value: some Encodable, _ status: HTTPResponse.Status = .ok
  ) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {  // Our own types always encode.
      return Response(status: .internalServerError)
    }
    return Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: data)))
  }

  private static let maximumActions = 500
}
