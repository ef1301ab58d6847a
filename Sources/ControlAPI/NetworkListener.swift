package import Access
internal import Hummingbird
internal import Logging
package import NetworkHTTP
internal import ServiceLifecycle

/// The operators' interface on the network: the routes of the socket behind a door, with login.
package struct NetworkListener: Service {
  private let server: OperatorServer
  private let web: WebServer
  private let keeper: AccessKeeper
  private let login: (any LoginProvider)?
  private let console: ConsoleRoutes
  private let logger = Logger(label: "flyball.api")

  package init(
    _ server: OperatorServer, at web: WebServer, keeper: AccessKeeper,
    login: (any LoginProvider)?, console: ConsoleRoutes
  ) {
    self.server = server
    self.web = web
    self.keeper = keeper
    self.login = login
    self.console = console
  }

  package func run() async throws {
    let router = Router(context: OperatorContext.self)
    let door = NetworkDoor(keeper)
    router.add(middleware: door)
    server.addRoutes(to: router)
    LoginRoutes(keeper: keeper, cookie: door.cookie, provider: login).add(to: router)
    console.add(to: router, hasProvider: login != nil)
    try await web.run(router, logger: logger)
  }
}
