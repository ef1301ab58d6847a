package import JSONNodes

/// Why nothing of a delivery is taken.
package enum DeliveryRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case notJSON(JSONFailure)
  case contentType(String)
  case malformed(SignalRefusal)

  package var description: String {
    switch self {
    case .notJSON(let failure): "\(failure)"
    case .contentType(let text): "content type '\(text)' is none of this format"
    case .malformed(let refusal): "\(refusal)"
    }
  }

  /// The status of an answer over HTTP.
  package var status: Int {
    switch self {
    case .notJSON(let failure) where failure.reason == .tooLarge: 413
    case .contentType: 415
    case .notJSON, .malformed: 400
    }
  }
}
