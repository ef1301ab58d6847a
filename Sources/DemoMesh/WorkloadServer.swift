internal import Hummingbird
internal import Logging
internal import ServiceLifecycle

/// The small HTTP application of one workload, on loopback behind its sidecar.
struct WorkloadServer: Service {
  let workload: Workload
  let port: Int
  /// Whether it answers every request with 503.
  let isDown: @Sendable () async -> Bool

  func run() async throws {
    let router = Router(context: BasicRequestContext.self)
    router.on("**", method: .get) { request, _ in await answer(request) }
    router.on("**", method: .post) { request, _ in await answer(request) }
    router.on("/", method: .get) { request, _ in await answer(request) }
    // Its end is by cancellation, which the server would report as an error.
    let logger = Logger(label: "shop.\(workload.name)") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port), serverName: workload.name),
      logger: logger)
    try await application.run()
  }

  private func answer(_ request: Request) async -> HTTPResponse.Status {
    if await isDown() { return .serviceUnavailable }
    if request.uri.path == workload.loginPath {
      return request.headers[.authorization] == "good" ? .ok : .unauthorized
    }
    return workload.paths.contains(request.uri.path) ? .ok : .notFound
  }
}
