internal import MeshModel
internal import Replay

/// A request as JSON.
struct RequestView: Encodable {
  let schemaVersion = 1
  let at: String
  let reporter: String
  let node: String
  let side: String
  let from: String
  let to: String
  let method: String
  let host: String
  let path: String
  let userAgent: String
  let outcome: String
  let status: UInt16?
  let action: String?
  let durationMicroseconds: UInt32
  let requestBytes: UInt32
  let responseBytes: UInt32

  init(_ request: ObservedRequest) {
    at = request.start.rfc3339
    reporter = request.reporter.principal.description
    node = request.reporter.node
    side = request.vantage.side
    from = request.source.description
    to =
      switch request.destination {
      case .workload(let identity): identity.description
      case .unresolved(let name): name
      }
    method = request.method
    host = request.host
    path = request.path
    userAgent = request.userAgent
    outcome = request.outcome.ending.rawValue
    status = request.outcome.status
    action = request.outcome.action?.description
    durationMicroseconds = request.durationMicroseconds
    requestBytes = request.requestBytes
    responseBytes = request.responseBytes
  }
}

extension ObservedRequest {
  /// One line for people.
  var line: String {
    let time = start.rfc3339.dropFirst(11).prefix(12)
    let ending =
      outcome.status.map(String.init)
      ?? ([outcome.ending.rawValue] + (outcome.action.map { ["by \($0)"] } ?? []))
      .joined(separator: " ")
    let what = [method, path].filter { !$0.isEmpty }.joined(separator: " ")
    let milliseconds = (durationMicroseconds + 50) / 100
    return "\(time)  \(vantage.side.padded(4)) \(source.name) -> \(destination)  \(what)"
      + "  \(ending)  \(milliseconds / 10).\(milliseconds % 10) ms"
  }
}

extension Vantage {
  fileprivate var side: String {
    switch self {
    case .source: "out"
    case .destination: "in"
    case .gateway: "edge"
    }
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
