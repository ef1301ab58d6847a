internal import Hummingbird
internal import Logging
internal import ServiceLifecycle

/// Where rerouted requests go: it answers whatever is asked, and never with anything of value.
struct DecoyServer: Service {
  let port: Int

  func run() async throws {
    let router = Router(context: BasicRequestContext.self)
    for path in ["/", "**"] as [RouterPath] {
      router.on(path, method: .get) { _, _ in HTTPResponse.Status.accepted }
      router.on(path, method: .post) { _, _ in HTTPResponse.Status.accepted }
    }
    // Its end is by cancellation, which the server would report as an error.
    let logger = Logger(label: "shop.decoy") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(
      router: router,
      configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: port), serverName: "decoy"),
      logger: logger)
    try await application.run()
  }
}
