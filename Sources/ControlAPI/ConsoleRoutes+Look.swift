internal import Access
internal import Console
internal import ControlViews
internal import FeedbackLoop
internal import HTTPTypes
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel

/// Who looks, and what stands around every page.
extension ConsoleRoutes {
  func look(
    _ request: Request, _ context: OperatorContext, _ notice: Visit.Notice?
  ) async -> ConsoleLook {
    let snapshot = await desk.loop.snapshot
    let caller = context.operator
    let waiting = snapshot.openActions.count {
      $0.state.isWaiting && caller.may(.actions, in: $0.subject.principal.namespace)
    }
    let done = request.uri.queryParameters["done"].flatMap { Order(rawValue: String($0)) }
    let visit = Visit(
      at: snapshot.at,
      user: Visit.User(
        name: caller.name, role: Self.role(of: caller), formToken: context.formToken,
        canLogOut: !context.formToken.isEmpty),
      theme: Self.theme(of: request), warnings: Self.warnings(of: snapshot), waiting: waiting,
      notice: notice ?? done.map { .done($0.said) })
    return ConsoleLook(
      caller: caller, snapshot: snapshot, survey: desk.surveyor.survey, visit: visit)
  }

  /// The highest role, and where it holds.
  private static func role(of caller: Operator) -> String {
    guard let grant = caller.grants.max(by: { $0.role < $1.role }) else { return "nobody" }
    return switch grant.namespaces {
    case .all: grant.role.rawValue
    case .named(let names): "\(grant.role.rawValue) in \(names.sorted().joined(separator: ", "))"
    }
  }

  private static func warnings(of snapshot: LoopSnapshot) -> [Visit.Warning] {
    var warnings: [Visit.Warning] = []
    if snapshot.isPaused {
      warnings.append(
        .init(title: "Paused.", detail: "No new action starts; releases go on."))
    }
    if let reason = snapshot.unsafe {
      warnings.append(.init(title: "Flyball has stopped acting.", detail: reason))
    }
    if snapshot.load != .normal {
      warnings.append(
        .init(
          title: "Telemetry is shed.",
          detail: "The load is \(snapshot.load.rawValue): nothing new begins, and quiet is no "
            + "all-clear."))
    }
    return warnings
  }

  static func theme(of request: Request) -> Visit.Theme {
    CookieHeader.values(named: themeCookie, in: request.headers[values: .cookie])
      .lazy.compactMap(Visit.Theme.init(rawValue:)).first ?? .auto
  }

  /// Keeps the colours in a cookie that says nothing else, and leads back to where the form was.
  func setTheme(_ request: Request) async throws -> Response {
    var request = request
    guard let text = try await NetworkDoor.form(&request)?["theme"],
      let theme = Visit.Theme(rawValue: text)
    else { throw Problem.invalid("the form has no colours") }
    return Response(
      status: .seeOther,
      headers: [
        .location: Self.path(ofReferer: request.headers[.referer]),
        .setCookie: "\(Self.themeCookie)=\(theme.rawValue); Path=/; HttpOnly; SameSite=Lax;"
          + " Max-Age=31536000",
      ])
  }

  /// A path of ours, whatever host it names.
  private static func path(ofReferer text: String?) -> String {
    guard let text, text.utf8.count <= 2_048, let scheme = text.firstRange(of: "://"),
      let slash = text[scheme.upperBound...].firstIndex(of: "/")
    else { return "/" }
    let path = text[slash...].prefix { $0 != "#" }
    let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }
    return isPlain && !path.hasPrefix("//") ? String(path) : "/"
  }

  private static let themeCookie = "flyball-theme"
}

extension ActionState {
  /// Whether it waits for a person.
  var isWaiting: Bool {
    if case .awaitingApproval = self { true } else { false }
  }
}
