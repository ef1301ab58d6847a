package import ControlViews
internal import CurlHTTP
internal import Foundation

/// Speaks to a daemon over its operators' socket.
package struct ControlClient: Sendable {
  private let socket: String

  package enum Failure: Error, CustomStringConvertible {
    case unreachable(socket: String, reason: String)
    /// The daemon's own words.
    case refused(String)
    /// The answer is not of this version.
    case notUnderstood

    package var description: String {
      switch self {
      case .unreachable(let socket, let reason):
        "no daemon answers at \(socket): \(reason). Start one with 'flyball run', or name its"
          + " socket with --socket"
      case .refused(let text): text
      case .notUnderstood: "the daemon's answer is not understood: is it another version?"
      }
    }
  }

  package init(socket: String) {
    self.socket = socket
  }

  package func status() async throws(Failure) -> StatusView {
    try decode(try await send("GET", "/v1/status"))
  }

  /// The newest 500.
  package func actions() async throws(Failure) -> [ActionView] {
    let list: ActionList = try decode(try await send("GET", "/v1/actions?limit=500"))
    return list.actions
  }

  package func action(_ id: String) async throws(Failure) -> ActionView {
    try decode(try await send("GET", "/v1/actions/\(id)"))
  }

  package func nodes() async throws(Failure) -> [NodeView] {
    var nodes: [NodeView] = []
    var next: String? = "0"
    while let after = next {
      let page: NodeList = try decode(try await send("GET", "/v1/nodes?limit=500&after=\(after)"))
      nodes += page.nodes
      next = page.next
    }
    return nodes
  }

  package func rules() async throws(Failure) -> RuleList {
    var all = RuleList(rules: [], next: "0")
    while let after = all.next {
      let page: RuleList = try decode(try await send("GET", "/v1/rules?limit=500&after=\(after)"))
      all.rules += page.rules
      all.next = page.next
    }
    return all
  }

  package func notices() async throws(Failure) -> NoticeList {
    // No more dead letters are kept.
    try decode(try await send("GET", "/v1/notices?limit=500"))
  }

  /// The daemon's JSON, unchanged.
  package func text(_ path: String) async throws(Failure) -> String {
    try await send("GET", path).text
  }

  @discardableResult
  package func order(_ path: String) async throws(Failure) -> StatusView {
    try decode(try await send("POST", path))
  }

  package func act(_ order: OrderBody) async throws(Failure) -> StatusView {
    try await self.order("/v1/actions", order)
  }

  package func extend(_ id: String, _ order: ExtendBody) async throws(Failure) -> StatusView {
    try await self.order("/v1/actions/\(id)/extend", order)
  }

  package func deploy(_ workload: String) async throws(Failure) {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let value = workload.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    try await order("/v1/deploys?workload=\(value)")
  }

  /// The daemon's telemetry as it comes, until `take` says false or the daemon stops.
  package func recording(
    isRedacted: Bool, to take: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(Failure) {
    let path = "/v1/recording?redact=\(isRedacted)"
    let response: HTTPResponse
    do {
      response = try await HTTPConnection().stream(
        HTTPRequest(url: "http://flyball\(path)", unixSocket: socket, timeoutMilliseconds: 0),
        to: take)
    } catch {
      throw .unreachable(socket: socket, reason: "\(error)")
    }
    try check(response)
  }

  private func order(_ path: String, _ body: some Encodable) async throws(Failure) -> StatusView {
    // Our own types always encode.
    guard let body = try? JSONEncoder().encode(body) else { throw .notUnderstood }
    return try decode(try await send("POST", path, body: [UInt8](body)))
  }

  private func send(
    _ method: String, _ path: String, body: [UInt8]? = nil
  ) async throws(Failure) -> HTTPResponse {
    let response: HTTPResponse
    do {
      response = try await HTTPConnection().send(
        HTTPRequest(
          method: method, url: "http://flyball\(path)",
          headers: body == nil ? [] : ["Content-Type: application/json"], body: body,
          unixSocket: socket))
    } catch {
      throw .unreachable(socket: socket, reason: "\(error)")
    }
    try check(response)
    return response
  }

  private func check(_ response: HTTPResponse) throws(Failure) {
    guard response.status == 200 else {
      let text = try? JSONDecoder().decode(Problem.self, from: Data(response.body)).detail
      throw .refused(text ?? "the daemon answered \(response.status)")
    }
  }

  private func decode<Value: Decodable>(_ response: HTTPResponse) throws(Failure) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(response.body))
    } catch {
      throw .notUnderstood
    }
  }
}
