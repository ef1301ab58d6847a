internal import Access
internal import Console
internal import ConsoleAssets
internal import ControlViews
internal import FeedbackLoop
internal import HTTPTypes
internal import Hummingbird
package import LoopRuntime
internal import MeshModel
package import TransparencyLog

/// The console: pages for people, made of what the interface shows, and forms that give its orders.
///
/// It is served on the network listener alone, behind its door; what the door lets in is asked again
/// here for the namespace, which only the page knows.
package struct ConsoleRoutes: Sendable {
  let desk: ControlDesk
  let scoring: Scoring
  let checkpoints: @Sendable () -> CheckpointStanding

  package init(
    desk: ControlDesk, scoring: Scoring, checkpoints: @escaping @Sendable () -> CheckpointStanding
  ) {
    self.desk = desk
    self.scoring = scoring
    self.checkpoints = checkpoints
  }

  /// `hasProvider`: whether one can log in elsewhere, too.
  func add(to router: Router<OperatorContext>, hasProvider: Bool) {
    addPages(to: router)
    router.get("assets/:name") { request, context in
      asset(try context.parameters.require("name"), request)
    }
    router.get("login") { request, _ in
      ConsoleAnswer(
        Screen.login(
          hasProvider: hasProvider, failure: Self.failure(of: request),
          Visit(at: desk.now(), user: nil, theme: Self.theme(of: request)))
      ).response
    }
    router.post("theme") { request, context in try await setTheme(request) }
    for order in [Order.pause, .resume, .revertAll] {
      router.post(RouterPath(order.rawValue)) { request, context in
        try await take(order, request, context)
      }
    }
    router.post("actions") { request, context in try await order(request, context) }
    router.post("actions/:id/:verb") { request, context in
      guard let order = Order(rawValue: try context.parameters.require("verb")) else {
        throw Problem.notFound("no such order")
      }
      return try await take(
        order, on: try context.parameters.require("id"), request, context)
    }
  }

  private func addPages(to router: Router<OperatorContext>) {
    router.get("/") { request, context in try await answer(request, context) { try await now($0) } }
    router.get("graph") { request, context in
      try await answer(request, context) { look in
        Screen.graph(MeshGraph(services(look)), look.visit)
      }
    }
    router.get("scores") { request, context in
      try await answer(request, context) { try await scores($0, request) }
    }
    router.get("actions") { request, context in
      try await answer(request, context) { try await actions($0, request) }
    }
    router.get("actions/:id") { request, context in
      let id = try context.parameters.require("id")
      return try await answer(request, context) { try await action(id, $0) }
    }
    router.get("alerts") { request, context in
      try await answer(request, context) { try await alerts($0, request) }
    }
    router.get("policies") { request, context in
      try await answer(request, context) { look in
        Screen.policies(
          look.snapshot.policies.map { PolicyView($0, look.snapshot, for: look.caller) },
          look.visit)
      }
    }
    router.get("preview") { request, context in try await preview(request, context) }
    router.get("export") { request, context in try await export(request, context) }
    router.get("rules") { request, context in
      try await answer(request, context) { try await rules($0) }
    }
    router.get("audit") { request, context in
      try await answer(request, context) { try await audit($0, request) }
    }
    router.get("nodes") { request, context in
      try await answer(request, context) { Screen.nodes(nodes($0), $0.visit) }
    }
  }

  /// A page, or a page that says why not.
  func answer(
    _ request: Request, _ context: OperatorContext, notice: Visit.Notice? = nil,
    onPage link: Link? = nil,
    _ status: HTTPResponse.Status = .ok, _ page: (ConsoleLook) async throws -> HTML
  ) async throws -> Response {
    var look = await look(request, context, notice)
    look.visit.page = link
    do {
      return ConsoleAnswer(try await page(look), status).response
    } catch let problem as Problem {
      return ConsoleAnswer(
        Screen.problem(problem, look.visit), .init(code: problem.status)
      ).response
    }
  }

  /// Files have their version in their name: one that was fetched once is never asked for again.
  private func asset(_ name: String, _ request: Request) -> Response {
    guard let file = AssetFile.all[name] else {
      return JSONAnswer(Problem.notFound("no such file")).response
    }
    let tag = "\"\(AssetFile.version)\""
    var headers: HTTPFields = [
      .contentType: file.contentType, .eTag: tag,
      .cacheControl: "public, max-age=31536000, immutable",
    ]
    if request.headers[.ifNoneMatch] == tag {
      headers[.contentType] = nil
      return Response(status: .notModified, headers: headers)
    }
    return Response(
      status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }

  private static func failure(of request: Request) -> String? {
    switch request.uri.queryParameters["failed"] {
    case "token": "That token is not known, or has expired."
    case "provider": "The login at your organisation came to nothing. The log says why."
    default: nil
    }
  }
}
