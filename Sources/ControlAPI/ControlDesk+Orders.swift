internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel
internal import NIOCore
internal import TransparencyLog

/// What changes something. Who may do it about which subject is asked here, where the subject is known.
extension ControlDesk {
  func take(
    _ operation: Access.Operation, _ request: Request, _ context: OperatorContext
  ) async throws -> Response {
    let body = try await Self.body(of: request)
    if !body.isEmpty { try Self.demandJSON(request.headers) }
    let order = Order(operation: operation, request: request, body: body, context: context)
    guard let name = try Self.key(in: request.headers) else {
      return try await carryOut(order).response
    }
    let key = AnswerTable.Key(caller: context.operator.name, key: name)
    let content = Array("\(request.uri.string)\n".utf8) + body
    switch answers.begin(key, LogHash(plain: content), at: now()) {
    case .answered(let answer): return answer.response
    case .underWay: throw Problem.conflict("the order with this key is still being carried out")
    case .otherOrder: throw Problem.keyReused
    case .first: break
    }
    do {
      let answer = try await carryOut(order)
      answers.end(key, answer)
      return answer.response
    } catch let problem as Problem {
      answers.end(key, Answer(problem))
      throw problem
    } catch {
      answers.end(key, nil)
      throw error
    }
  }

  private struct Order {
    let operation: Access.Operation
    let request: Request
    let body: [UInt8]
    let context: OperatorContext

    var caller: Operator { context.operator }

    /// Nil of the namespace stands for the mesh as a whole.
    func demandRight(in namespace: String?) throws(Problem) {
      guard caller.may(operation, in: namespace) else {
        throw .forbidden(
          "\(caller.name) needs the role \(operation.leastRole.rawValue)"
            + (namespace.map { " in namespace \($0)" } ?? " in all namespaces"))
      }
    }

    func demandNoBody() throws(Problem) {
      guard body.isEmpty else { throw .invalid("it takes no body") }
    }

    /// Of the body, which has these fields and no others.
    func decoded<Value: Decodable>(_ fields: Set<String>) throws(Problem) -> Value {
      let data = Data(body)
      // What is wrong is said below.
      if let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] {
        let unknown = object.keys.filter { !fields.contains($0) }.sorted()
        guard unknown.isEmpty else {
          throw .invalid(
            "fields are \(fields.sorted().joined(separator: ", "))",
            unknown.prefix(16).map {
              .init(at: String($0.prefix(100)), detail: "there is no such field")
            })
        }
      }
      do {
        return try JSONDecoder().decode(Value.self, from: data)
      } catch let error as DecodingError {
        throw .invalid("the body is not understood", [error.mistake])
      } catch {
        throw .invalid("the body is not understood")
      }
    }
  }

  private func carryOut(_ order: Order) async throws -> Answer {
    let named: Set<String> =
      switch order.operation {
      case .approve: ["fingerprint"]
      case .deploy: ["workload"]
      default: []
      }
    let query = try ListQuery(order.request.uri, names: named)
    switch order.operation {
    case .order: return try await start(order)
    case .deploy:
      try order.demandNoBody()
      guard let text = query["workload"],
        let workload = try? SPIFFEID(parsing: text)  // Said to whoever asked.
      else { throw ListQuery.wrong("workload", "it must be a SPIFFE ID") }
      try order.demandRight(in: workload.namespace)
      return try await command(.deploy(workload), order)
    case .pause, .resume, .revertAll:
      try order.demandNoBody()
      try order.demandRight(in: nil)
      let commands: [Access.Operation: OperatorCommand] = [
        .pause: .pause, .resume: .resume, .revertAll: .revertAll,
      ]
      guard let command = commands[order.operation] else { throw Problem.notFound("no such order") }
      return try await self.command(command, order)
    case .approve, .reject, .revert, .extend: return try await treat(order, query)
    case .status, .whoami, .openapi, .nodes, .actions, .action, .alerts, .services, .scores, .rules,
      .policies, .notices, .incidents, .history, .events, .export, .preview, .recording:
      throw Problem.notFound("nothing is ordered there")
    }
  }

  private func start(_ order: Order) async throws -> Answer {
    let body: OrderBody = try order.decoded([
      "subject", "action", "rate", "burst", "cluster", "seconds", "reason",
    ])
    let wanted = try body.order()
    try order.demandRight(in: wanted.subject.principal.namespace)
    let started = try await start(wanted, by: order.caller)
    return Answer(
      StatusView(await loop.snapshot, self, for: order.caller),
      location: started.map { "/v1/actions/\($0)" })
  }

  /// The id of the action that came of it: a release that was under way is taken over under its own.
  func start(_ order: OperatorOrder, by caller: Operator) async throws(Problem) -> ActionID? {
    let id = newID()
    do {
      try await loop.command(.order(order, id: id), by: caller.description)
    } catch {
      throw .conflict(error.text)
    }
    return await loop.snapshot.openActions.first { action in
      action.id == id || action.subject == order.subject && action.stage == order.stage
    }?.id
  }

  /// An order about an action that is there.
  private func treat(_ order: Order, _ query: ListQuery) async throws -> Answer {
    let id = try await known(order)
    switch order.operation {
    case .approve:
      try order.demandNoBody()
      guard let shown = query["fingerprint"] else {
        throw ListQuery.wrong("fingerprint", "it must be what the action showed")
      }
      return try await command(.approve(id, fingerprint: shown), order)
    case .reject:
      try order.demandNoBody()
      return try await command(.reject(id), order)
    case .extend:
      let body: ExtendBody = try order.decoded(["seconds", "reason"])
      return try await command(try body.command(id), order)
    default:
      try order.demandNoBody()
      return try await command(.revert(id), order)
    }
  }

  private func known(_ order: Order) async throws -> ActionID {
    let none = Problem.notFound("no such action")
    guard let id = ActionID(parsing: try order.context.parameters.require("id")) else { throw none }
    var action = await loop.snapshot.openActions.first { $0.id == id }
    if action == nil { action = try await history.actions([id])[id] }
    guard let namespace = action.map(\.subject.principal.namespace),
      order.caller.may(.action, in: namespace)
    else { throw none }
    try order.demandRight(in: namespace)
    return id
  }

  private func command(_ command: OperatorCommand, _ order: Order) async throws -> Answer {
    do {
      try await loop.command(command, by: order.caller.description)
    } catch {
      throw error == .unknownAction ? Problem.notFound(error.text) : .conflict(error.text)
    }
    return Answer(StatusView(await loop.snapshot, self, for: order.caller))
  }

  private static func body(of request: Request) async throws -> [UInt8] {
    do {
      return Array(try await request.body.collect(upTo: maximumBodyBytes).readableBytesView)
    } catch let error as any HTTPResponseError {
      throw error
    } catch {
      // The sender broke off, or broke the rules of HTTP.
      throw Problem.invalid("the body did not arrive whole")
    }
  }

  /// 1 to 64 visible characters.
  private static func key(in headers: HTTPFields) throws(Problem) -> String? {
    guard let name = HTTPField.Name("Idempotency-Key") else { return nil }
    let values = headers[values: name]
    guard let value = values.first else { return nil }
    guard values.count == 1, (1...64).contains(value.utf8.count),
      value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw ListQuery.wrong("Idempotency-Key", "it must be 1 to 64 visible characters, once")
    }
    return value
  }

  /// A page of another site can send forms, and no JSON.
  private static func demandJSON(_ headers: HTTPFields) throws(Problem) {
    let type = headers[.contentType]?.split(separator: ";").first ?? ""
    guard type.lowercased().filter({ $0 != " " }) == "application/json" else {
      throw .unsupported("a body must be of the type application/json")
    }
  }

  private static let maximumBodyBytes = 65_536
}

extension DecodingError {
  /// Where it is, and what was expected there.
  fileprivate var mistake: Problem.Mistake {
    let (path, detail): ([any CodingKey], String) =
      switch self {
      case .typeMismatch(_, let context): (context.codingPath, "it is of another type")
      case .valueNotFound(_, let context): (context.codingPath, "it has no value")
      case .keyNotFound(let key, let context): (context.codingPath + [key], "it is missing")
      case .dataCorrupted(let context): (context.codingPath, "it is no JSON, or out of range")
      @unknown default: ([], "it is not understood")
      }
    let place = path.map(\.stringValue).joined(separator: ".").prefix(100)
    return .init(at: place.isEmpty ? "body" : String(place), detail: detail)
  }
}
