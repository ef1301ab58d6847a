internal import Access
internal import ControlViews
internal import Hummingbird
internal import LoopRuntime
internal import Logging
internal import NIOCore

extension ControlDesk {
  /// Every operation of the table, and no other.
  func addRoutes(to router: Router<OperatorContext>) {
    for operation in Access.Operation.allCases {
      let path = RouterPath(operation.path.replacing("{id}", with: ":id"))
      switch operation.method {
      case .get:
        router.get(path) { request, context in
          await Self.answering { try await look(operation, request, context) }
        }
      case .post:
        router.post(path) { request, context in
          await Self.answering { try await take(operation, request, context) }
        }
      }
    }
  }

  /// Every error is a problem document.
  private static func answering(_ body: () async throws -> Response) async -> Response {
    do {
      return try await body()
    } catch let problem as Problem {
      return JSONAnswer(problem).response
    } catch let error as any HTTPResponseError {
      let status = Int(error.status.code)
      return JSONAnswer(Problem.status(status, "the request is not understood")).response
    } catch {
      Logger(label: "flyball.api").error("an answer failed", metadata: ["error": "\(error)"])
      return JSONAnswer(Problem.status(500, "the log says more")).response
    }
  }

  private func look(
    _ operation: Access.Operation, _ request: Request, _ context: OperatorContext
  ) async throws -> Response {
    let caller = context.operator
    switch operation {
    case .status:
      _ = try ListQuery(request.uri, names: [])
      return JSONAnswer(StatusView(await loop.snapshot, self, for: caller)).response
    case .whoami:
      _ = try ListQuery(request.uri, names: [])
      return JSONAnswer(WhoamiView(caller)).response
    case .openapi:
      _ = try ListQuery(request.uri, names: [])
      return OpenAPIDocument.response
    case .nodes: return try await nodes(request, caller)
    case .actions: return try await actions(request, caller)
    case .action:
      _ = try ListQuery(request.uri, names: [])
      return try await action(try context.parameters.require("id"), caller)
    case .alerts: return try await alerts(request, caller)
    case .services: return try await services(request, caller)
    case .scores: return try await scores(request, caller)
    case .rules: return try await rules(request)
    case .policies: return try await policies(request, caller)
    case .notices: return try await notices(request, caller)
    case .incidents: return try await incidents(request, caller)
    case .history: return try await records(request, caller)
    case .events: return try await events(request, context)
    case .export:
      return try await export(ListQuery(request.uri, names: Self.exportNames), caller)
    case .preview: return try await preview(request, caller)
    case .recording: return try recording(request)
    case .order, .approve, .reject, .revert, .extend, .deploy, .pause, .resume, .revertAll:
      throw Problem.notFound("nothing is looked at there")
    }
  }

  /// Telemetry as it comes, until the reader goes away.
  private func recording(_ request: Request) throws -> Response {
    let query = try ListQuery(request.uri, names: ["redact"])
    let isRedacted = try query.choice("redact", of: ["true", "false"]) == "true"
    guard recorder.hasRoom else {
      throw Problem.conflict("two recordings are being made already")
    }
    let key: UInt64? = isRedacted ? .random(in: .min ... .max) : nil
    return Response(
      status: .ok, headers: [.contentType: "application/octet-stream"],
      body: ResponseBody { [recorder] writer in
        try await recorder.record(redactionKey: key) { bytes in
          try await writer.write(ByteBuffer(bytes: bytes))
        }
        try await writer.finish(nil)
      })
  }
}
