internal import Foundation
internal import Hummingbird
internal import NIOCore

/// A request on the operators' socket, and who sent it.
struct OperatorContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  /// `struct ucred` of unix(7).
  private struct Credentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
  }

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// The user at the other end of the socket, as the kernel knows it: nobody can claim to be another.
  func user(_ names: UserNames) async throws -> String {
    guard let options = channel as? any SocketOptionProvider else {
      throw HTTPError(.internalServerError)
    }
    let peer: Credentials = try await options.unsafeGetSocketOption(
      level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET),
      name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    ).get()
    return names.name(of: peer.user)
  }
}
