internal import Access
internal import ControlViews
internal import NetworkHTTP

extension Problem {
  /// The caller hears no more than that it is not known: which part was wrong is for the log.
  static let unauthorized = Problem(
    "unauthorized", 401, "Who are you?",
    detail: "a valid token, certificate or login is needed")

  static func forbidden(_ operation: Access.Operation, _ caller: Operator) -> Problem {
    let place = operation.reach == .mesh ? " for all namespaces" : ""
    return Problem(
      "forbidden", 403, "You may not do this",
      detail: "\(caller.name) needs the role \(operation.leastRole)\(place) for '\(operation.id)'")
  }

  static let foreign = Problem(
    "foreign-origin", 403, "The request comes from another site",
    detail: "what changes something must come from a page of Flyball, or from no browser")

  static let formToken = Problem(
    "form-token", 403, "The form is not of this session",
    detail: "load the page again: its form token belongs to another session or to none")

  static let misdirected = Problem(
    "misdirected", 421, "This is not the host you asked for",
    detail: "the host is not among api.allowedHosts")

  static let tooManyRequests = Problem(
    "too-many-requests", 429, "Too many requests", detail: "wait a moment, then go on")

  static let tooLarge = Problem(
    "too-large", 413, "The request is too large",
    detail: "a body may have \(NetworkBounds.bodyBytes) bytes")

  static let unknownPath = Problem.notFound("nothing is served at this path by this method")
}
