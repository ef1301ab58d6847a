internal import Access
internal import ControlViews
internal import Hummingbird

/// Says of what is not in the table that there is no such thing, or not by that method.
struct UnknownRoutes: RouterMiddleware {
  func handle(
    _ request: Request, context: OperatorContext,
    next: (Request, OperatorContext) async throws -> Response
  ) async throws -> Response {
    guard Access.Operation(method: request.method.rawValue, path: request.uri.path) != nil else {
      return Self.answer(request.uri.path)
    }
    return try await next(request, context)
  }

  private static func answer(_ path: String) -> Response {
    let methods = [Access.Operation.Method.get, .post].map(\.rawValue).filter {
      Access.Operation(method: $0, path: path) != nil
    }
    guard !methods.isEmpty else {
      return JSONAnswer(Problem.notFound("nothing is served at this path")).response
    }
    return JSONAnswer(
      Problem.status(405, "this path is for \(methods.joined(separator: " and "))"),
      [.allow: methods.joined(separator: ", ")]
    ).response
  }
}
