internal import ControlViews
internal import FeedbackLoop
internal import MeshModel

extension OrderBody {
  /// The order, or what is wrong with it.
  func order() throws(Problem) -> OperatorOrder {
    let terms = try terms()
    guard Self.isReason(reason) else { throw .invalid(Self.reasonText) }
    return terms
  }

  /// The same with or without a reason.
  func terms() throws(Problem) -> OperatorOrder {
    guard let subject = try? Subject(parsing: subject) else {  // Said to whoever asked.
      throw .invalid("'\(subject)' is no SPIFFE ID, nor '<address> at <SPIFFE ID of a gateway>'")
    }
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    guard !overflow else { throw .invalid("the time is too long") }
    return OperatorOrder(
      subject: subject, stage: try stage(), ttlMilliseconds: milliseconds, reason: reason)
  }

  private func stage() throws(Problem) -> Stage {
    switch action {
    case "quarantine": return .quarantine
    case "tighten-mtls": return .tightenMTLS
    case "throttle":
      guard let rate, (1...1_000_000).contains(rate), (1...1_000_000).contains(burst ?? rate) else {
        throw .invalid("a throttle needs a rate, and may have a burst, of 1 to 1,000,000")
      }
      return .throttle(Rate(perSecond: rate, burst: burst ?? rate))
    case "reroute":
      guard let cluster = cluster.flatMap({ ClusterName(parsing: $0) }) else {
        throw .invalid("a reroute needs the name of a cluster")
      }
      return .reroute(to: cluster)
    default:
      throw .invalid("'\(action)' must be throttle, reroute, quarantine or tighten-mtls")
    }
  }

  static func isReason(_ text: String) -> Bool {
    (1...maximumReasonBytes).contains(text.utf8.count)
  }

  static let reasonText = "a reason of 1 to \(maximumReasonBytes) bytes is needed"
  private static let maximumReasonBytes = 1_000
}
