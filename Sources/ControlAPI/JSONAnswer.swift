internal import ControlViews
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// A value of ours as the answer to a request.
struct JSONAnswer {
  let response: Response

  init(_ value: some Encodable) {
    response = Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: Self.bytes(of: value))))
  }

  init(_ problem: Problem, _ headers: HTTPFields = [:]) {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    response = Response(
      status: .init(code: problem.status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: Self.bytes(of: problem))))
  }

  static func bytes(of value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A number that is none is the only thing JSON cannot say.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("our own types always encode")
    }
    return Array(data)
  }
}
