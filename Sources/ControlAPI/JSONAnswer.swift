internal import ControlViews
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// A value of ours as the answer to a request.
struct JSONAnswer {
  let response: Response

  init(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) {
    self.init(value, status, "application/json")
  }

  init(_ problem: Problem) {
    self.init(problem, .init(code: problem.status), "application/problem+json")
  }

  private init(_ value: some Encodable, _ status: HTTPResponse.Status, _ type: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {  // Our own types always encode.
      response = Response(status: .internalServerError)
      return
    }
    response = Response(
      status: status, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(bytes: data)))
  }
}
