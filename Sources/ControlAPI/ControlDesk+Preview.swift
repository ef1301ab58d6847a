internal import Access
internal import Anomaly
internal import ControlViews
internal import FeedbackLoop
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel

/// What an order would do, before anybody gives it.
extension ControlDesk {
  func preview(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(request.uri, names: Self.orderNames)
    return JSONAnswer(try await preview(try OrderBody(query), caller)).response
  }

  /// Its reason is not asked for yet.
  func preview(_ body: OrderBody, _ caller: Operator) async throws -> OrderPreview {
    let order = try body.terms()
    guard caller.may(.preview, in: order.subject.principal.namespace) else {
      throw Problem.forbidden(.preview, caller)
    }
    let forecast = await loop.forecast(order, id: newID(), by: caller.description)
    // An order leaves a record of who asked; a preview none, so it names no proxies that the caller
    // does not see anyway.
    let places = forecast.scope.filter { caller.may(.nodes, in: $0.key.principal.namespace) }
      .sorted { $0.key < $1.key }
    let (share, calls) = surveyor.survey.touched(by: order)
    return OrderPreview(
      subject: order.subject.description, stage: order.stage.name,
      notAfter: forecast.enforcement.notAfter.rfc3339, refused: forecast.refusal?.text,
      scope: places.prefix(Self.shownPlaces).map {
        .init(proxy: $0.key.description, incapacity: $0.value)
      },
      scopeLeftOut: forecast.scope.count - min(places.count, Self.shownPlaces),
      objects: objects(forecast.enforcement).map { .init(name: $0.name, text: $0.text) },
      trafficShare: share, calls: calls)
  }

  static let orderNames: Set<String> = ["subject", "action", "rate", "burst", "cluster", "seconds"]
  /// As many as one may look through.
  private static let shownPlaces = 500
}

extension OrderBody {
  /// What is not there is said where it is needed.
  init(_ query: ListQuery) throws(Problem) {
    let seconds: Int64? = try Self.number("seconds", query["seconds"] ?? "")
    guard let seconds, seconds > 0 else {
      throw ListQuery.wrong("seconds", "it must be above 0")
    }
    self.init(
      subject: query["subject"] ?? "", action: query["action"] ?? "", seconds: seconds, reason: "")
    rate = try Self.number("rate", query["rate"] ?? "")
    burst = try Self.number("burst", query["burst"] ?? "")
    cluster = query["cluster"]
  }

  /// Nil of an empty text.
  static func number<Number: FixedWidthInteger>(
    _ name: String, _ text: String
  ) throws(Problem) -> Number? {
    guard !text.isEmpty else { return nil }
    guard let number = Number(text) else {
      throw ListQuery.wrong(name, "it must be a whole number")
    }
    return number
  }
}

extension Survey {
  /// The part of the mesh's requests that the order is about, and the calls that it is made of.
  fileprivate func touched(by order: OperatorOrder) -> (Double?, [ServiceView.Call]) {
    guard case .workload(let workload) = order.subject, at != nil else { return (nil, []) }
    let all = callees.values.joined().reduce(0) { $0 + Double($1.sent) }
    let isOwn = order.stage == .tightenMTLS
    let calls = (isOwn ? callers : callees)[workload] ?? []
    let touched =
      isOwn
      ? Double(inbound[workload]?.failed ?? 0) : calls.reduce(0) { $0 + Double($1.sent) }
    return (
      all > 0 ? min(1, touched / all) : nil,
      ServiceView.busiest(calls).map {
        ServiceView.Call($0, of: isOwn ? $0.caller : $0.destination, seconds)
      }
    )
  }
}
