package import MeshModel

/// Hears every access log message as it comes, for a recording.
package protocol MessageTap: Sendable {
  /// Never waits.
  func note(_ message: [UInt8], from source: RecordedSource, receivedAt: Timestamp)
}
