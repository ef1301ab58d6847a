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
  func user() async throws -> String {
    guard let options = channel as? any SocketOptionProvider else {
      throw HTTPError(.internalServerError)
    }
    let peer: Credentials = try await options.unsafeGetSocketOption(
      level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET),
      name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    ).get()
    return Self.name(of: peer.user) ?? "uid \(peer.user)"
  }

  private static func name(of user: uid_t) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(user, &entry, &text, text.count, &found) == 0, found != nil else {
      return nil
    }
    return String(cString: entry.pw_name)
  }
}
