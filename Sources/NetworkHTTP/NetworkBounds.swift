/// What a listener on the network gives one caller, and all of them.
package enum NetworkBounds {
  /// Connections: each holds a few dozen KiB at most.
  static let connections = 512
  static let connectionsPerAddress = 64
  /// Seconds from the connection, its handshake included, to the first request's last header.
  static let firstHeadSeconds: Int64 = 10
  /// Seconds a connection may be silent between two requests.
  static let idleSeconds: Int64 = 30
  /// Seconds from a request's headers to its end.
  static let bodySeconds: Int64 = 10
  /// Seconds in which somebody takes nothing of what is sent.
  static let stallSeconds: Int64 = 30
  /// Bytes of a header, of all headers, and how many there may be.
  static let headerBytes = 16_384
  static let headersBytes = 32_768
  static let headers = 64
  /// Bytes of a form or an order.
  package static let bodyBytes = 65_536
}
