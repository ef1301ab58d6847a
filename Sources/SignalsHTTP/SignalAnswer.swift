internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Signals

/// What a sender hears, in a line of text.
struct SignalAnswer: Error {
  private let status: HTTPResponse.Status
  private let text: String
  private let retryAfter: Int?

  init(_ status: HTTPResponse.Status, _ text: String, retryAfter: Int? = nil) {
    self.status = status
    self.text = text
    self.retryAfter = retryAfter
  }

  /// `unread`: signals of the delivery that could not be read, were too many, or our own.
  init(_ answer: DeliveryAnswer, unread: Int = 0) {
    switch answer {
    case .accepted(let new, let known):
      self.init(
        .accepted,
        "\(new) new, \(known) known" + (unread > 0 ? ", \(unread) not read" : ""))
    case .limited(let seconds):
      self.init(.tooManyRequests, "more than a sender may deliver", retryAfter: seconds)
    case .unavailable(let seconds):
      self.init(.serviceUnavailable, "not recorded: send it again", retryAfter: seconds)
    }
  }

  var response: Response {
    var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
    if let retryAfter { headers[.retryAfter] = String(retryAfter) }
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"flyball\"" }
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
  }
}
