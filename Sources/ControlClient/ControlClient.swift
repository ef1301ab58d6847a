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

  /// The newest 500.
  package func alerts() async throws(Failure) -> [AlertView] {
    let list: AlertList = try decode(try await send("GET", "/v1/alerts?limit=500"))
    return list.alerts
  }

  package func nodes() async throws(Failure) -> [NodeView] {
    try await all("/v1/nodes") { (page: NodeList) in (page.nodes, page.next) }
  }

  package func rules() async throws(Failure) -> [RuleView] {
    try await all("/v1/rules") { (page: RuleList) in (page.rules, page.next) }
  }

  package func services() async throws(Failure) -> [ServiceView] {
    try await all("/v1/services") { (page: ServiceList) in (page.services, page.next) }
  }

  package func scores() async throws(Failure) -> [ScoreView] {
    try await all("/v1/scores") { (page: ScoreList) in (page.scores, page.next) }
  }

  package func policies() async throws(Failure) -> [PolicyView] {
    try await all("/v1/policies") { (page: PolicyList) in (page.policies, page.next) }
  }

  package func incidents() async throws(Failure) -> [IncidentView] {
    try await all("/v1/incidents") { (page: IncidentList) in (page.incidents, page.next) }
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

  /// What the order would do; nothing comes of asking.
  package func preview(_ order: OrderBody) async throws(Failure) -> OrderPreview {
    let numbers = [("rate", order.rate.map(Int64.init)), ("burst", order.burst.map(Int64.init))]
    let texts =
      [("subject", order.subject), ("action", order.action), ("seconds", "\(order.seconds)")]
      + numbers.compactMap { name, value in value.map { (name, "\($0)") } }
      + (order.cluster.map { [("cluster", $0)] } ?? [])
    let query = texts.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
    return try decode(try await send("GET", "/v1/preview?\(query)"))
  }

  package func extend(_ id: String, _ order: ExtendBody) async throws(Failure) -> StatusView {
    try await self.order("/v1/actions/\(id)/extend", order)
  }

  package func deploy(_ workload: String) async throws(Failure) {
    try await order("/v1/deploys?workload=\(Self.encoded(workload))")
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

  /// For a place in a query.
  private static func encoded(_ text: String) -> String {
    let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    return text.addingPercentEncoding(
      withAllowedCharacters: CharacterSet(charactersIn: unreserved)) ?? ""
  }

  private func order(_ path: String, _ body: some Encodable) async throws(Failure) -> StatusView {
    // Our own types always encode.
    guard let body = try? JSONEncoder().encode(body) else { throw .notUnderstood }
    return try decode(try await send("POST", path, body: [UInt8](body)))
  }

  /// Of a list that is made anew for each page, so what changes meanwhile may be missing or twice.
  private func all<Page: Decodable, Item>(
    _ path: String, _ parts: (Page) -> ([Item], next: String?)
  ) async throws(Failure) -> [Item] {
    var items: [Item] = []
    var next: String? = "0"
    while let after = next {
      let page: Page = try decode(try await send("GET", "\(path)?limit=500&after=\(after)"))
      let (some, following) = parts(page)
      items += some
      next = following
    }
    return items
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
