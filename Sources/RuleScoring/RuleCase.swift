package import MeshModel

/// Requests, and the rules that they must match: no more and no fewer.
///
/// In texts and identities `{n}` stands for the number of the round.
package struct RuleCase: Hashable, Sendable {
  package struct Event: Hashable, Sendable {
    /// Seconds from the case's start.
    package var at: Double
    package var method: RequestMethod
    package var status: UInt16
    package var isOutbound: Bool
    /// A workload; nil for a client outside the mesh, of which a gateway tells.
    package var caller: String?
    package var service: String
    package var requestBytes: UInt64
    package var responseBytes: UInt64
    package var texts: [Text: String]

    /// Of a client outside the mesh, or sent by a workload.
    package init(
      method: RequestMethod, status: UInt16, isOutbound: Bool, texts: [Text: String]
    ) {
      at = 0
      self.method = method
      self.status = status
      self.isOutbound = isOutbound
      self.texts = texts
      caller = nil
      service = RuleCase.service.description
      (requestBytes, responseBytes) = (0, 0)
    }

    init(
      at: Double, method: RequestMethod, status: UInt16, isOutbound: Bool, caller: String?,
      service: String, requestBytes: UInt64, responseBytes: UInt64, texts: [Text: String]
    ) {
      self.at = at
      self.method = method
      self.status = status
      self.isOutbound = isOutbound
      self.caller = caller
      self.service = service
      self.requestBytes = requestBytes
      self.responseBytes = responseBytes
      self.texts = texts
    }
  }

  package enum Text: String, Hashable, Sendable, CaseIterable {
    case path
    case host
    case scheme
    case userAgent
    case referer
    case clientAddress
    case userName
    case cookie
    case contentType
  }

  package var name: String
  package var events: [Event]
  /// Rounds of the events, each so many seconds after the one before.
  package var rounds: Int
  package var everySeconds: Double
  /// Names of rules, in the order of their first match; empty where all must stay silent.
  package var matches: [String]
  package var line: Int
}
