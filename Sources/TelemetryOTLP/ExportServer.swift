internal import EnvoyAPI
internal import GRPCCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
package import MeshServerGRPC
internal import NIOCore
internal import NIOSSL
internal import MeshModel
internal import ServiceLifecycle
internal import SwiftASN1
internal import SwiftProtobuf
internal import Telemetry
internal import X509

/// OpenTelemetry's logs over HTTP: `POST /v1/logs`, in protobuf or JSON.
package struct ExportServer: Service {
  package enum Security: Sendable {
    /// PEM files: the chain and key of the server, and the roots that client certificates need.
    case mutualTLS(certificatePath: String, keyPath: String, rootsPath: String)
    case plaintext
  }

  private let host: String
  private let port: Int
  private let security: Security
  private let identity: PeerIdentity
  private let intake: ExportIntake
  private let bodyTimeout: Duration
  private let admission = ExportAdmission()
  private let logger = Logger(label: "flyball.telemetry")

  package init(
    host: String, port: Int, security: Security, identity: PeerIdentity, intake: ExportIntake,
    bodyTimeout: Duration = .seconds(10)
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.identity = identity
    self.intake = intake
    self.bodyTimeout = bodyTimeout
  }

  package func run() async throws {
    let router = Router(context: ExportContext.self)
    router.post("v1/logs") { request, context in await answer(request, context) }
    let application = Application(
      router: router, server: try server(),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "flyball",
        availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections)),
      logger: logger)
    try await application.run()
  }

  private func server() throws -> HTTPServerBuilder {
    let plain = HTTPServerBuilder.http1(
      configuration: .init(
        idleTimeout: .seconds(60),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16_384, maxHeaderListSize: 65_536, maxHeaderFieldCount: 100)))
    switch security {
    case .plaintext: return plain
    case .mutualTLS(let certificatePath, let keyPath, let rootsPath):
      var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificatePath).map {
          .certificate($0)
        },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem)))
      tls.trustRoots = .file(rootsPath)
      // The peer's name is read from its certificate; there is no host name to compare.
      tls.certificateVerification = .noHostnameVerification
      return try .tls(plain, tlsConfiguration: tls)
    }
  }

  private func answer(_ request: Request, _ context: ExportContext) async -> Response {
    guard let form = Self.form(request.headers[.contentType]) else {
      return Self.refusal(
        .unsupportedMediaType, .invalidArgument, .protobuf,
        "the content type must be application/x-protobuf or application/json")
    }
    do {
      let certificate = try await certificate(context)
      var body = ExportBody(bytes: [], form: form)
      switch request.headers[.contentEncoding]?.lowercased() {
      case nil, "identity": break
      case "gzip": body.isGzipped = true
      case .some(let other):
        return Self.refusal(
          .unsupportedMediaType, .invalidArgument, form,
          "the content encoding '\(other.prefix(32))' is neither gzip nor identity")
      }
      // Whoever has no right to be here is told before the body is read.
      let sender = try certificate.map { try identity.identify($0, claim: "").description } ?? ""
      guard admission.enter(sender) else {
        return Self.refusal(
          .tooManyRequests, .unavailable, form, "too many requests of this sender at once")
      }
      defer { admission.leave(sender) }
      body.bytes = try await bytes(of: request)
      let receipt = try await intake.take(
        body, peer: context.channel.remoteAddress?.description ?? "unknown"
      ) { claim throws(RPCError) in
        try identity.identify(certificate, claim: claim)
      }
      return Self.response(.ok, form, receipt.response)
    } catch let error as RPCError {
      return Self.refusal(Self.status(error.code), error.code, form, error.message)
    } catch {
      // The peer went away in the middle of its request; nobody reads this.
      return Self.refusal(.badRequest, .cancelled, form, "the request was not received")
    }
  }

  /// Whoever sends slowly holds room that others need.
  private func bytes(of request: Request) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }),
      length > LogExport.maximumBytes
    {
      throw ExportBody.tooLarge
    }
    return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask {
        Array(buffer: try await request.body.collect(upTo: LogExport.maximumBytes))
      }
      group.addTask { [bodyTimeout] in
        try await Task.sleep(for: bodyTimeout)
        return nil
      }
      defer { group.cancelAll() }
      do {
        if case .some(.some(let bytes)) = try await group.next() { return bytes }
      } catch is NIOTooManyBytesError {
        throw ExportBody.tooLarge
      }
      throw RPCError(code: .deadlineExceeded, message: "the request did not arrive in time")
    }
  }

  /// Nil over plaintext.
  private func certificate(_ context: ExportContext) async throws -> Certificate? {
    guard case .mutualTLS = security,
      let peer = try await context.channel.nioSSL_peerCertificate().get()
    else { return nil }
    return try Certificate(derEncoded: try peer.toDERBytes())
  }

  private static func form(_ contentType: String?) -> ExportBody.Form? {
    switch contentType?.split(separator: ";").first?.lowercased().filter({ $0 != " " }) {
    case "application/x-protobuf": .protobuf
    case "application/json": .json
    default: nil
    }
  }

  private static func status(_ code: RPCError.Code) -> HTTPResponse.Status {
    switch code {
    case .unauthenticated: .unauthorized
    case .permissionDenied: .forbidden
    case .resourceExhausted: .contentTooLarge
    case .unavailable: .serviceUnavailable
    case .deadlineExceeded: .requestTimeout
    default: .badRequest
    }
  }

  private static func refusal(
    _ status: HTTPResponse.Status, _ code: RPCError.Code, _ form: ExportBody.Form,
    _ message: String
  ) -> Response {
    var content = Google_Rpc_Status()
    content.code = Int32(code.rawValue)
    content.message = message
    var response = response(status, form, content)
    if status == .tooManyRequests || status == .serviceUnavailable {
      response.headers[.retryAfter] = "1"
    }
    return response
  }

  private static func response(
    _ status: HTTPResponse.Status, _ form: ExportBody.Form, _ content: any SwiftProtobuf.Message
  ) -> Response {
    let bytes: [UInt8]?
    let type: String
    switch form {
    case .protobuf:
      bytes = try? content.serializedBytes()  // No required fields, so it cannot fail.
      type = "application/x-protobuf"
    case .json:
      bytes = try? content.jsonUTF8Bytes()  // Texts and numbers only, so it cannot fail.
      type = "application/json"
    }
    return Response(
      status: status, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes ?? [])))
  }

  private static let maximumConnections = 4_096
}

/// Keeps the channel, which knows the peer's certificate.
private struct ExportContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}
