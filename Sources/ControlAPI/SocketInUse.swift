internal import LockFile

/// The socket cannot be had, mostly because another daemon answers there.
package struct SocketInUse: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(path: String, _ failure: LockFile.Failure) {
    switch failure {
    case .held:
      description =
        "\(path) is in use: another flyball answers there; stop that one, or give this one another"
        + " listen.socket"
    case .cannotOpen(let reason): description = reason
    }
  }
}
