internal import Access
internal import Foundation
internal import Hummingbird
internal import Logging
internal import NIOCore

/// The unix socket's door, for when nothing else works: who may open the socket may do everything,
/// under the name of the user that the kernel says it is.
struct SocketDoor: RouterMiddleware {
  let directory: OperatorDirectory
  let logger: Logger
  private let names = UserNames()

  /// `struct ucred` of unix(7).
  private struct Credentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
  }

  init(directory: OperatorDirectory, logger: Logger) {
    self.directory = directory
    self.logger = logger
  }

  func handle(
    _ request: Request, context: OperatorContext,
    next: (Request, OperatorContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    let user = try await user(of: context.channel)
    let name = directory.name(ofUser: names.name(of: user))
    context.operator = .onSocket(name: name, userID: user)
    if request.method != .get {
      logger.notice(
        "an order over the socket",
        metadata: [
          "operator": "\(context.operator)", "path": "\(request.uri.path.prefix(200))",
        ])
    }
    return try await next(request, context)
  }

  /// As the kernel knows it: nobody can claim to be another.
  private func user(of channel: any Channel) async throws -> UInt32 {
    guard let options = channel as? any SocketOptionProvider else {
      throw HTTPError(.internalServerError)
    }
    let peer: Credentials = try await options.unsafeGetSocketOption(
      level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET),
      name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    ).get()
    return peer.user
  }
}
