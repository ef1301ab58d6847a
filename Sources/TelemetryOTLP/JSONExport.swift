internal import OpenTelemetryAPI
internal import SwiftProtobuf

/// OpenTelemetry's JSON as the bytes of the same request.
enum JSONExport {
  enum Failure: Error {
    case malformed
  }

  static func bytes(of json: [UInt8]) throws(Failure) -> [UInt8] {
    // Every object becomes a value in memory, many times larger than `{}`.
    guard json.count(where: { $0 == openingBrace }) <= maximumObjects else { throw .malformed }
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true
    options.messageDepthLimit = 32
    do {
      return try Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest(
        jsonUTF8Bytes: json, options: options
      ).serializedBytes()
    } catch {
      throw .malformed
    }
  }

  private static let openingBrace: UInt8 = 0x7B
  /// An attribute takes two, and at least some forty bytes: no request of 4 MiB needs more.
  private static let maximumObjects = 262_144
}
