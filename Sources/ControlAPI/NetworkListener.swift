package import Access
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import HummingbirdCore
internal import ServiceLifecycle

/// The operators' interface on the network: the routes of the socket behind a door, with login.
package struct NetworkListener: Service {
  private let server: OperatorServer
  private let host: String
  private let port: Int
  private let certificate: ServerCertificate?
  private let keeper: AccessKeeper
  private let login: (any LoginProvider)?
  private let console: ConsoleRoutes
  private let logger = Logger(label: "flyball.api")

  /// Without a certificate it speaks plaintext, which is for loopback only.
  package init(
    _ server: OperatorServer, host: String, port: Int, certificate: ServerCertificate?,
    keeper: AccessKeeper, login: (any LoginProvider)?, console: ConsoleRoutes
  ) {
    self.server = server
    self.host = host
    self.port = port
    self.certificate = certificate
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
    let certificate = certificate
    let application = Application(
      router: router,
      server: HTTPServerBuilder { responder in
        NetworkChannel(responder: responder, certificate: certificate, deadlines: .init())
      },
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(NetworkBounds.connections)),
      logger: logger)
    try await application.run()
  }
}
