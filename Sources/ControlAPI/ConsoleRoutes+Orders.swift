internal import Access
internal import Console
internal import ControlViews
internal import FeedbackLoop
internal import HTTPTypes
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel

/// Orders given with a form. The door saw that the form is of this session; what was done leads back
/// to a page, so that loading it again orders nothing.
extension ConsoleRoutes {
  func take(
    _ order: Order, _ request: Request, _ context: OperatorContext
  ) async throws -> Response {
    guard context.operator.may(order.operation, in: nil) else {
      throw Problem.forbidden(order.operation, context.operator)
    }
    let command: OperatorCommand
    switch order {
    case .pause: command = .pause
    case .resume: command = .resume
    case .revertAll: command = .revertAll
    case .order, .approve, .reject, .revert, .extend: throw Problem.notFound("no such order")
    }
    return try await carryOut(command, order, back: .home, request, context) { try await now($0) }
  }

  func take(
    _ order: Order, on text: String, _ request: Request, _ context: OperatorContext
  ) async throws -> Response {
    let found = try await desk.action(text, await desk.loop.snapshot)?.0
    guard let found, context.operator.may(.action, in: found.subject.principal.namespace) else {
      return try await answer(request, context) { _ in throw Problem.notFound("no such action") }
    }
    let id = found.id
    guard context.operator.may(order.operation, in: found.subject.principal.namespace) else {
      return try await answer(request, context) { _ in
        throw Problem.forbidden(order.operation, context.operator)
      }
    }
    var request = request
    let form = try await NetworkDoor.form(&request)
    let command: OperatorCommand
    switch order {
    case .approve: command = .approve(id, fingerprint: form?["fingerprint"] ?? "")
    case .reject: command = .reject(id)
    case .revert: command = .revert(id)
    case .extend:
      let body = ExtendBody(
        seconds: form?["seconds"].flatMap { Int64($0) } ?? 0, reason: form?["reason"] ?? "")
      do throws(Problem) {
        command = try body.command(id)
      } catch {
        return try await answer(
          request, context, notice: .refused(error.detail), onPage: .action(text), .badRequest
        ) {
          try await action(text, $0)
        }
      }
    case .order, .pause, .resume, .revertAll: throw Problem.notFound("no such order")
    }
    return try await carryOut(command, order, back: .action(text), request, context) {
      try await action(text, $0)
    }
  }

  /// What was refused is said on the page where it was asked.
  private func carryOut(
    _ command: OperatorCommand, _ order: Order, back: Link, _ request: Request,
    _ context: OperatorContext, _ page: (ConsoleLook) async throws -> HTML
  ) async throws -> Response {
    do {
      try await desk.loop.command(command, by: context.operator.description)
    } catch {
      return try await answer(
        request, context, notice: .refused(error.text), onPage: back, .conflict, page)
    }
    return Response(
      status: .seeOther, headers: [.location: "\(back.address)?done=\(order.rawValue)"])
  }
}
