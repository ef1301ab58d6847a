package import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore

/// A listener that outsiders reach: with bounds on connections, headers and time, under TLS or, on
/// loopback, in plaintext.
package struct WebServer: Sendable {
  private let host: String
  private let port: Int
  private let certificate: ServerCertificate?

  /// Without a certificate it speaks plaintext, which is for loopback only.
  package init(host: String, port: Int, certificate: ServerCertificate?) {
    self.host = host
    self.port = port
    self.certificate = certificate
  }

  package var isSecure: Bool { certificate != nil }

  /// Serves until shutdown.
  package func run<Context: RequestContext>(
    _ router: Router<Context>, logger: Logger
  ) async throws where Context.Source == ApplicationRequestContextSource {
    let certificate = certificate
    let application = Application(
      router: router,
      server: HTTPServerBuilder { responder in
        NetworkChannel(responder: responder, certificate: certificate, deadlines: .init())
      },
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(NetworkBounds.connections)),
      logger: logger)
    try await application.run()
  }
}
