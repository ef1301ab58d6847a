/// What was left out of a signal, or altered, on the way in.
package enum SignalRemark: Hashable, Sendable, Codable, CustomStringConvertible {
  case labelsLeftOut(Int)
  /// Not used to find workloads, for the beginning of a name may be another's.
  case labelCut(String)
  case linksLeftOut(Int)
  case startAhead
  case noStart
  case unknownSeverity(String)

  package var description: String {
    switch self {
    case .labelsLeftOut(let count): "\(count) labels were left out"
    case .labelCut(let name): "label \(name) was too long and is left out"
    case .linksLeftOut(let count): "\(count) links were left out"
    case .startAhead: "its start lies in the future; the time of arrival stands for it"
    case .noStart: "it names no start; the time of arrival stands for it"
    case .unknownSeverity(let text): "severity '\(text)' is none of those known"
    }
  }
}
