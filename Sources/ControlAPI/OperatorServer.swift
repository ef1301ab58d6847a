package import Access
package import ControlViews
package import FeedbackLoop
internal import Foundation
internal import Hummingbird
internal import LockFile
internal import Logging
package import LoopRuntime
package import MeshModel
internal import ServiceLifecycle

/// The operators' HTTP interface on a unix socket. Who may open the socket may do everything, in the
/// name of the user that the kernel says it is.
package struct OperatorServer: Service {
  private let path: String
  private let lock: LockFile
  private let loop: Loop
  private let history: any HistoryStore
  private let recorder: Recorder
  private let rules: RuleLane?
  private let daemon: DaemonView
  private let group: gid_t?
  private let newID: @Sendable () -> ActionID
  private let directory: OperatorDirectory
  private let logger = Logger(label: "flyball.api")

  /// Members of `group` may open the socket, too. Fails when another daemon answers at `path`: its
  /// socket must not be taken from under it.
  package init(
    path: String, group: UInt32?, loop: Loop, history: any HistoryStore, recorder: Recorder,
    rules: RuleLane?, daemon: DaemonView, directory: OperatorDirectory,
    newID: @escaping @Sendable () -> ActionID
  ) throws(SocketInUse) {
    self.path = path
    do {
      lock = try LockFile(for: path)
    } catch {
      throw SocketInUse(path: path, error)
    }
    self.daemon = daemon
    self.directory = directory
    self.group = group
    self.newID = newID
    self.loop = loop
    self.history = history
    self.recorder = recorder
    self.rules = rules
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
        guard let group else {
          _ = chmod(path, 0o600)
          return
        }
        if chown(path, uid_t.max, group) != 0 || chmod(path, 0o660) != 0 {
          logger.error("the operators' group cannot be given the socket")
        }
      },
      logger: logger)
    try await application.run()
  }

  private var router: Router<OperatorContext> {
    let router = Router(context: OperatorContext.self)
    router.add(middleware: SocketDoor(directory: directory, logger: logger))
    addRoutes(to: router)
    return router
  }

  /// Everything the interface does, for whoever a door let in.
  func addRoutes(to router: Router<OperatorContext>) {
    addViews(to: router)
    addOrders(to: router)
  }

  private func addViews(to router: Router<OperatorContext>) {
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
          }, next: nil))
    }
    router.get("v1/actions") { _, _ in
      reply(ActionList(actions: try await currentActions(await loop.snapshot), next: nil))
    }
    router.get("v1/actions/:id") { _, context in
      guard let id = ActionID(parsing: try context.parameters.require("id")),
        let (stored, events) = try await history.action(id)
      else { return problem(.notFound("no such action")) }
      let snapshot = await loop.snapshot
      let live = snapshot.openActions.first { $0.id == id }
      return reply(
        ActionView(live ?? stored, fingerprint: snapshot.fingerprints[id], events: events))
    }
    router.get("v1/rules") { _, _ in
      let state = await rules?.state
      return reply(
        state.map { RuleList($0.rules, $0.statistics) } ?? RuleList(rules: [], next: nil))
    }
    router.get("v1/recording") { request, _ in
      recording(isRedacted: request.uri.queryParameters["redact"] == "true")
    }
  }

  private func addOrders(to router: Router<OperatorContext>) {
    router.post("v1/pause") { _, context in await command(.pause, by: context.operator.description)
    }
    router.post("v1/resume") { _, context in
      await command(.resume, by: context.operator.description)
    }
    router.post("v1/deploys") { request, context in
      guard let text = request.uri.queryParameters["workload"],
        let workload = try? SPIFFEID(parsing: String(text))  // Said to whoever asked.
      else { return problem(.invalid("workload must be a SPIFFE ID")) }
      return await command(.deploy(workload), by: context.operator.description)
    }
    router.post("v1/revert-all") { _, context in
      await command(.revertAll, by: context.operator.description)
    }
    router.post("v1/actions") { request, context in
      let body = try await request.body.collect(upTo: Self.maximumBodyBytes)
      guard
        let order = try? JSONDecoder().decode(OrderBody.self, from: Data(body.readableBytesView))
      else { return problem(.invalid("the order is not understood")) }
      do {
        let command = OperatorCommand.order(try order.order(), id: newID())
        return await self.command(command, by: context.operator.description)
      } catch let problem as Problem {
        return self.problem(problem)
      }
    }
    router.post("v1/actions/:id/:verb") { request, context in
      guard let id = ActionID(parsing: try context.parameters.require("id")) else {
        return problem(.notFound("no such action"))
      }
      let by = context.operator.description
      switch try context.parameters.require("verb") {
      case "approve":
        let shown = request.uri.queryParameters["fingerprint"].map(String.init) ?? ""
        return await command(.approve(id, fingerprint: shown), by: by)
      case "reject": return await command(.reject(id), by: by)
      case "revert": return await command(.revert(id), by: by)
      default: return problem(.notFound("no such verb"))
      }
    }
  }

  /// The newest actions of the history, the open ones with the evidence of this moment.
  private func currentActions(_ snapshot: LoopSnapshot) async throws -> [ActionView] {
    let open = Dictionary(uniqueKeysWithValues: snapshot.openActions.map { ($0.id, $0) })
    return try await history.actions(limit: Self.maximumActions).map {
      ActionView(open[$0.id] ?? $0, fingerprint: snapshot.fingerprints[$0.id])
    }
  }

  private func command(_ command: OperatorCommand, by: String) async -> Response {
    do {
      try await loop.command(command, by: by)
      return reply(StatusView(await loop.snapshot, daemon))
    } catch {
      return problem(error == .unknownAction ? .notFound(error.text) : .conflict(error.text))
    }
  }

  /// Telemetry as it comes, until the reader goes away.
  private func recording(isRedacted: Bool) -> Response {
    guard recorder.hasRoom else {
      return problem(.conflict("two recordings are being made already"))
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

  private func reply(_ value: some Encodable) -> Response {
    JSONAnswer(value).response
  }

  private func problem(_ problem: Problem) -> Response {
    JSONAnswer(problem).response
  }

  private static let maximumActions = 500
  private static let maximumBodyBytes = 65_536
}
