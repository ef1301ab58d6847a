/// Why bytes that claim to belong to a log are not believed.
package enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooLarge(limit: Int)
  case malformed(String)
  /// Nobody whose key is known signed it.
  case unsigned
  /// It names a known key and was not signed by it.
  case forged

  package var description: String {
    switch self {
    case .tooLarge(let limit): "larger than \(limit) bytes"
    case .malformed(let reason): reason
    case .unsigned: "not signed by this key"
    case .forged: "its signature is wrong"
    }
  }
}
