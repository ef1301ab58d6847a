package import FeedbackLoop
internal import MeshModel

/// An operator's order as it is sent.
package struct OrderBody: Codable, Sendable {
  /// A SPIFFE ID, or `<address> at <gateway's SPIFFE ID>`.
  package var subject: String
  /// As in a policy: throttle, reroute, quarantine or tighten-mtls.
  package var action: String
  /// Requests a second, and at once; of a throttle.
  package var rate: UInt32?
  package var burst: UInt32?
  /// Of a reroute.
  package var cluster: String?
  package var seconds: Int64
  package var reason: String

  package init(subject: String, action: String, seconds: Int64, reason: String) {
    self.subject = subject
    self.action = action
    self.seconds = seconds
    self.reason = reason
  }

  /// The order, or what is wrong with it.
  package func order() throws(OrderError) -> OperatorOrder {
    guard let subject = try? Subject(parsing: subject) else {  // Said to whoever asked.
      throw OrderError("'\(subject)' is no SPIFFE ID, nor '<address> at <SPIFFE ID of a gateway>'")
    }
    guard !reason.isEmpty, reason.utf8.count <= Self.maximumReasonBytes else {
      throw OrderError("a reason of 1 to \(Self.maximumReasonBytes) bytes is needed")
    }
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    guard !overflow else { throw OrderError("the time is too long") }
    return OperatorOrder(
      subject: subject, stage: try stage(), ttlMilliseconds: milliseconds, reason: reason)
  }

  private func stage() throws(OrderError) -> Stage {
    switch action {
    case "quarantine": return .quarantine
    case "tighten-mtls": return .tightenMTLS
    case "throttle":
      guard let rate, (1...1_000_000).contains(rate), (1...1_000_000).contains(burst ?? rate) else {
        throw OrderError("a throttle needs a rate, and may have a burst, of 1 to 1,000,000")
      }
      return .throttle(Rate(perSecond: rate, burst: burst ?? rate))
    case "reroute":
      guard let cluster = cluster.flatMap({ ClusterName(parsing: $0) }) else {
        throw OrderError("a reroute needs the name of a cluster")
      }
      return .reroute(to: cluster)
    default:
      throw OrderError(
        "'\(action)' must be throttle, reroute, quarantine or tighten-mtls")
    }
  }

  private static let maximumReasonBytes = 1_000
}

/// What is wrong with an order.
package struct OrderError: Error {
  package let text: String

  init(_ text: String) {
    self.text = text
  }
}
