internal import NIOCore
internal import NIOHTTPTypes

/// Closes a connection on which nothing comes to an end: a handshake, a head or a body that takes too
/// long, however many bytes arrive meanwhile, and an answer that is not taken.
///
/// While a request is answered the caller is waited for by nobody, so a stream of events may last.
final class RequestDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let seconds: Seconds
  /// Requests whose answer has not ended.
  private var unanswered = 0
  private var isInBody = false
  private var reading: Scheduled<Void>?
  private var stalled: Scheduled<Void>?

  struct Seconds: Sendable {
    var firstHead = NetworkBounds.firstHeadSeconds
    var idle = NetworkBounds.idleSeconds
    var body = NetworkBounds.bodySeconds
    var stall = NetworkBounds.stallSeconds
  }

  init(_ seconds: Seconds) {
    self.seconds = seconds
  }

  func handlerAdded(context: ChannelHandlerContext) {
    wait(seconds.firstHead, context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    reading?.cancel()
    stalled?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      unanswered += 1
      isInBody = true
      wait(seconds.body, context)
    case .body: break
    case .end:
      isInBody = false
      reading?.cancel()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      unanswered -= 1
      // A body that still comes keeps its own deadline.
      if unanswered == 0, !isInBody { wait(seconds.idle, context) }
    }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stalled?.cancel()
    stalled = context.channel.isWritable ? nil : closing(in: seconds.stall, context)
    context.fireChannelWritabilityChanged()
  }

  private func wait(_ seconds: Int64, _ context: ChannelHandlerContext) {
    reading?.cancel()
    reading = closing(in: seconds, context)
  }

  private func closing(in seconds: Int64, _ context: ChannelHandlerContext) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: .seconds(seconds)) {
      channel.close(promise: nil)
    }
  }
}
