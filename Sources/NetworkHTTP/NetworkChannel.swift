internal import HummingbirdCore
internal import Logging
internal import MeshModel
internal import NIOCore
internal import NIOSSL

/// A connection to a listener: counted, under TLS with the certificate of this moment,
/// and with deadlines.
struct NetworkChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let http: HTTP1Channel
  /// Nil for plaintext.
  let certificate: ServerCertificate?
  let census: ConnectionCensus

  private struct TooMany: Error {}

  init(
    responder: @escaping HTTP1Channel.Responder, certificate: ServerCertificate?,
    deadlines: RequestDeadlines.Seconds
  ) {
    http = HTTP1Channel(
      responder: responder,
      configuration: .init(
        additionalChannelHandlers: [RequestDeadlines(deadlines)],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: NetworkBounds.headerBytes,
          maxHeaderListSize: NetworkBounds.headersBytes,
          maxHeaderFieldCount: NetworkBounds.headers)))
    self.certificate = certificate
    census = ConnectionCensus(perAddress: NetworkBounds.connectionsPerAddress)
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let address = channel.clientAddress
    guard census.enter(address) else {
      channel.close(promise: nil)
      return channel.eventLoop.makeFailedFuture(TooMany())
    }
    channel.closeFuture.whenComplete { [census] _ in census.leave(address) }
    guard let certificate else { return http.setup(channel: channel, logger: logger) }
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(
        NIOSSLServerHandler(context: certificate.context))
    }.flatMap { http.setup(channel: channel, logger: logger) }
  }

  func handle(value: Value, logger: Logger) async {
    await http.handle(value: value, logger: logger)
  }
}
