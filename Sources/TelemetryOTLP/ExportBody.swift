internal import GRPCCore
internal import Telemetry

/// An export as it came.
struct ExportBody: Sendable {
  enum Form: Sendable {
    case protobuf
    case json
  }

  var bytes: [UInt8]
  var form = Form.protobuf
  var isGzipped = false

  /// The request in protobuf.
  func unpacked() throws(RPCError) -> [UInt8] {
    guard bytes.count <= LogExport.maximumBytes else { throw Self.tooLarge }
    var bytes = bytes
    if isGzipped {
      do {
        bytes = try Gzip.unpack(bytes, limit: LogExport.maximumBytes)
      } catch {
        switch error {
        case .tooLarge: throw Self.tooLarge
        case .damaged: throw RPCError(code: .invalidArgument, message: "the gzip is damaged")
        }
      }
    }
    switch form {
    case .protobuf: return bytes
    case .json:
      do {
        return try JSONExport.bytes(of: bytes)
      } catch {
        throw RPCError(code: .invalidArgument, message: "not an ExportLogsServiceRequest in JSON")
      }
    }
  }

  static let tooLarge = RPCError(
    code: .resourceExhausted, message: "a request may hold \(LogExport.maximumBytes) bytes")
}
