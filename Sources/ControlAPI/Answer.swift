internal import ControlViews
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// What an order is answered, kept so that it can be answered again.
struct Answer: Sendable {
  var status: Int
  var body: [UInt8]
  /// Where the action is that was ordered.
  var location: String?

  init(_ status: StatusView, location: String? = nil) {
    self.status = 200
    body = JSONAnswer.bytes(of: status)
    self.location = location
  }

  init(_ problem: Problem) {
    status = problem.status
    body = JSONAnswer.bytes(of: problem)
  }

  var response: Response {
    var headers: HTTPFields = [
      .contentType: status == 200 ? "application/json" : "application/problem+json"
    ]
    if let location { headers[.location] = location }
    return Response(
      status: .init(code: status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
