internal import Access
internal import ControlViews
internal import HTTPTypes
internal import Hummingbird
internal import MeshModel
internal import NIOCore
internal import NetworkHTTP

/// The door of the listener on the network: lets in whoever is known and may, and says of everything
/// else why not. What it does not know is not served.
struct NetworkDoor: RouterMiddleware {
  let keeper: AccessKeeper
  let cookie: SessionCookie
  let headers: SecurityHeaders

  init(_ keeper: AccessKeeper) {
    self.keeper = keeper
    cookie = SessionCookie("flyball", isSecure: keeper.isSecure)
    headers = SecurityHeaders(isSecure: keeper.isSecure)
  }

  func handle(
    _ request: Request, context: OperatorContext,
    next: (Request, OperatorContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await enter(request, context, next)
    } catch let problem as Problem {
      response = Self.answer(problem)
    } catch let error as HTTPError {
      response = Self.answer(Problem(error))
    }
    headers.add(to: &response.headers)
    return response
  }

  private func enter(
    _ request: Request, _ context: OperatorContext,
    _ next: (Request, OperatorContext) async throws -> Response
  ) async throws -> Response {
    guard let host = request.head.authority, keeper.hosts.contains(host) else {
      throw Problem.misdirected
    }
    let isUnsafe = request.method != .get
    if isUnsafe {
      let origin = RequestOrigin(
        origins: request.headers[values: .origin], fetchSites: request.headers[values: .fetchSite])
      guard origin.isOwn(keeper.hosts, isSecure: keeper.isSecure) else { throw Problem.foreign }
    }
    let entrance = Entrance(method: request.method.rawValue, path: request.uri.path)
    let address = context.channel.clientAddress
    switch entrance {
    case .unknown:
      guard keeper.admitStranger(from: address) else { throw Problem.tooManyRequests }
      throw Problem.unknownPath
    case .open:
      guard keeper.admitStranger(from: address) else { throw Problem.tooManyRequests }
      return try await next(request, context)
    case .logout:
      var request = request
      try await checkForm(&request)
      return try await next(request, context)
    case .api(let operation):
      return try await serve(operation, request, context, next)
    case .page(let operation):
      do {
        return try await serve(operation, request, context, next)
      } catch let problem as Problem {
        if problem == .unauthorized {
          return Response(status: .seeOther, headers: [.location: "/login"])
        }
        // A person looks at it.
        return ConsoleAnswer(problem, to: request).response
      }
    }
  }

  private func serve(
    _ operation: Access.Operation, _ request: Request, _ context: OperatorContext,
    _ next: (Request, OperatorContext) async throws -> Response
  ) async throws -> Response {
    let facts = CallerFacts(
      address: context.channel.clientAddress,
      certificates: try await context.channel.clientIdentities(),
      authorization: request.headers[values: .authorization],
      cookies: cookie.values(in: request.headers))
    let admission: Admission
    do {
      admission = try keeper.admit(facts)
    } catch {
      throw Problem(error)
    }
    guard admission.operator.maySomewhere(operation) else {
      throw Problem.forbidden(operation, admission.operator)
    }
    var (request, context) = (request, context)
    if let formToken = admission.formToken {
      if operation.method == .post { try await checkForm(&request) }
      context.formToken = formToken
    }
    context.operator = admission.operator
    return try await next(request, context)
  }

  /// A cookie is sent by browsers for whichever page asks them to; the form token is known to our own
  /// pages only. It comes in a header, or in a field of the form.
  private func checkForm(_ request: inout Request) async throws {
    guard let session = cookie.values(in: request.headers).first else { throw Problem.formToken }
    var given = request.headers[.formToken]
    if given == nil, request.headers[.contentType]?.hasPrefix(Self.formType) == true {
      given = try await Self.form(&request)?[Self.formField]
    }
    guard let given, keeper.isFormToken(given, for: session) else { throw Problem.formToken }
  }

  /// Reads the body, and leaves it for whoever comes next.
  static func form(_ request: inout Request) async throws -> FormBody? {
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: NetworkBounds.bodyBytes)
    } catch is NIOTooManyBytesError {
      throw Problem.tooLarge
    }
    request.body = RequestBody(buffer: body)
    return FormBody(body.readableBytesView)
  }

  private static func answer(_ problem: Problem) -> Response {
    var response = JSONAnswer(problem).response
    switch problem.status {
    case 401: response.headers[.wwwAuthenticate] = "Bearer realm=\"flyball\""
    case 429: response.headers[.retryAfter] = "1"
    default: break
    }
    return response
  }

  static let formField = "formToken"
  private static let formType = "application/x-www-form-urlencoded"
}

extension HTTPField.Name {
  /// What scripts of our pages put the form token into.
  fileprivate static let formToken = HTTPField.Name("X-Form-Token") ?? .cookie
  fileprivate static let fetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .cookie
}

extension Problem {
  fileprivate init(_ refusal: AccessRefusal) {
    switch refusal {
    case .tooManyFailures, .tooManyRequests: self = .tooManyRequests
    case .nothingGranted(let name):
      self = Problem(
        "forbidden", 403, "You may not do this", detail: "nothing is granted to \(name)")
    case .noCredential, .severalCredentials, .malformedToken, .unknownToken, .wrongSecret,
      .expiredToken, .unknownCertificate, .unknownSession, .expiredSession, .endedSession:
      self = .unauthorized
    }
  }

  /// What the router has to say.
  fileprivate init(_ error: HTTPError) {
    switch error.status {
    case .notFound: self = .unknownPath
    case .contentTooLarge: self = .tooLarge
    default:
      self = Problem(
        error.status.code >= 500 ? "internal" : "invalid", error.status.code,
        error.status.reasonPhrase, detail: error.body ?? error.status.reasonPhrase)
    }
  }
}
