package import Access
internal import Foundation
internal import Hummingbird
internal import LockFile
internal import Logging
internal import ServiceLifecycle

/// The operators' HTTP interface on a unix socket. Who may open the socket may do everything, in the
/// name of the user that the kernel says it is.
package struct OperatorServer: Service {
  private let path: String
  private let lock: LockFile
  private let desk: ControlDesk
  private let group: gid_t?
  private let directory: OperatorDirectory
  private let logger = Logger(label: "flyball.api")

  /// Members of `group` may open the socket, too. Fails when another daemon answers at `path`: its
  /// socket must not be taken from under it.
  package init(
    path: String, group: UInt32?, desk: ControlDesk, directory: OperatorDirectory
  ) throws(SocketInUse) {
    self.path = path
    do {
      lock = try LockFile(for: path)
    } catch {
      throw SocketInUse(path: path, error)
    }
    self.desk = desk
    self.directory = directory
    self.group = group
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
    router.add(middleware: UnknownRoutes())
    router.add(middleware: SocketDoor(directory: directory, logger: logger))
    addRoutes(to: router)
    return router
  }

  func addRoutes(to router: Router<OperatorContext>) {
    desk.addRoutes(to: router)
  }
}
