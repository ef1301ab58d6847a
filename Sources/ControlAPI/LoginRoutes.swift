internal import Access
internal import ControlViews
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NetworkHTTP

/// Logging in, with a token or at a provider, and logging out.
struct LoginRoutes {
  let keeper: AccessKeeper
  let cookie: SessionCookie
  let provider: (any LoginProvider)?
  private let ticket: SessionCookie
  private let logger = Logger(label: "flyball.access")

  init(keeper: AccessKeeper, cookie: SessionCookie, provider: (any LoginProvider)?) {
    self.keeper = keeper
    self.cookie = cookie
    self.provider = provider
    ticket = SessionCookie("flyball-login", isSecure: keeper.isSecure)
  }

  func add(to router: Router<OperatorContext>) {
    router.post("login") { request, context in try await logInWithToken(request, context) }
    router.post("logout") { request, _ in
      for value in cookie.values(in: request.headers) { keeper.logOut(value) }
      return redirect("/login", cookies: [cookie.clearing])
    }
    guard let provider else { return }
    router.get("login/oidc") { _, _ in
      do throws(LoginFailure) {
        let (location, value) = try await provider.begin()
        return redirect(location, cookies: [ticket.setting(value, seconds: LoginTicket.seconds)])
      } catch {
        return failed(error.description)
      }
    }
    router.get("login/callback") { request, context in
      await comeBack(request, context, provider)
    }
  }

  private func logInWithToken(
    _ request: Request, _ context: OperatorContext
  ) async throws -> Response {
    var request = request
    guard let form = try await NetworkDoor.form(&request), let token = form["token"] else {
      throw Problem.invalid("the form has no field 'token'")
    }
    do throws(AccessRefusal) {
      let value = try keeper.logIn(
        token: token, from: context.channel.clientAddress,
        replacing: cookie.values(in: request.headers).first)
      return redirect("/", cookies: [setting(value)])
    } catch {
      if error == .tooManyFailures { throw Problem.tooManyRequests }
      return redirect("/login?failed=token", cookies: [])
    }
  }

  private func comeBack(
    _ request: Request, _ context: OperatorContext, _ provider: any LoginProvider
  ) async -> Response {
    let query = request.uri.queryParameters
    let tickets = ticket.values(in: request.headers)
    guard tickets.count == 1, let code = Self.one(query, "code"),
      let state = Self.one(query, "state")
    else {
      return failed("the provider sent no code: \(Self.one(query, "error") ?? "no reason given")")
    }
    do {
      let (name, claimed) = try await provider.finish(code: code, state: state, ticket: tickets[0])
      let value = try keeper.logIn(
        name: name, claimed: claimed, from: context.channel.clientAddress,
        replacing: cookie.values(in: request.headers).first)
      return redirect("/", cookies: [setting(value), ticket.clearing])
    } catch let failure as LoginFailure {
      return failed(failure.description)
    } catch {
      return failed("\(error)")
    }
  }

  private func failed(_ reason: String) -> Response {
    logger.warning("a login failed", metadata: ["reason": "\(reason.prefix(500))"])
    return redirect("/login?failed=provider", cookies: [ticket.clearing])
  }

  private func setting(_ value: String) -> String {
    cookie.setting(value, seconds: AccessBounds.sessionMilliseconds / 1_000)
  }

  private func redirect(_ location: String, cookies: [String]) -> Response {
    var headers: HTTPFields = [.location: location]
    for value in cookies { headers.append(HTTPField(name: .setCookie, value: value)) }
    return Response(status: .seeOther, headers: headers)
  }

  /// A parameter that is there once; twice is nobody's honest browser.
  private static func one(
    _ query: FlatDictionary<Substring, Substring>, _ name: Substring
  ) -> String? {
    let values = query[values: name]
    return values.count == 1 ? values.first.map(String.init) : nil
  }
}
