/// Another daemon answers at the socket.
package struct SocketInUse: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(path: String) {
    description =
      "\(path) is in use: another flyball answers there; stop that one, or give this one another"
      + " listen.socket"
  }

  init(reason: String) {
    description = reason
  }
}
