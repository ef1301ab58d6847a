package import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import ServiceLifecycle

/// The gRPC listener that proxies connect to, with limits fit for Envoy.
package struct MeshServer: Service {
  package enum Security: Sendable {
    /// PEM files: the chain and key of the server, and the roots that client certificates need.
    case mutualTLS(certificatePath: String, keyPath: String, rootsPath: String)
    case plaintext
  }

  private let server: GRPCServer<HTTP2ServerTransport.Posix>

  package init(
    host: String, port: Int, security: Security, services: [any RegistrableRPCService]
  ) {
    let transport = HTTP2ServerTransport.Posix(
      address: .ipv4(host: host, port: port), transportSecurity: Self.transport(security),
      config: .defaults { config in
        // Envoy's first message carries tens of KiB of node data, and log batches follow fast.
        config.http2.targetWindowSize = 8 << 20
        config.http2.maxFrameSize = 1 << 20
        config.http2.maxConcurrentStreams = 1_000
        // Envoys ping; the default policy would close their connection for it.
        config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
        config.connection.keepalive.clientBehavior.allowWithoutCalls = true
        config.connection.keepalive.time = .seconds(30)
        config.connection.maxGraceTime = .seconds(2)
        config.rpc.maxRequestPayloadSize = 4 << 20
      })
    server = GRPCServer(transport: transport, services: services)
  }

  package func run() async throws {
    try await withGracefulShutdownHandler {
      try await server.serve()
    } onGracefulShutdown: {
      server.beginGracefulShutdown()
    }
  }

  /// The bound port, once listening.
  package var port: Int {
    get async throws { try await server.listeningAddress?.ipv4?.port ?? 0 }
  }

  private static func transport(
    _ security: Security
  ) -> HTTP2ServerTransport.Posix.TransportSecurity {
    switch security {
    case .plaintext: .plaintext
    case .mutualTLS(let certificatePath, let keyPath, let rootsPath):
      .mTLS(
        certificateChain: [.file(path: certificatePath, format: .pem)],
        privateKey: .file(path: keyPath, format: .pem)
      ) { tls in
        tls.clientCertificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates([.file(path: rootsPath, format: .pem)])
        tls.requireALPN = true
      }
    }
  }
}
