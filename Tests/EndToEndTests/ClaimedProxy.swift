internal import EnvoyAPI
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix

/// A control stream over plaintext that claims an identity and acknowledges whatever it is sent.
struct ClaimedProxy {
  private typealias Request = Envoy_Service_Discovery_V3_DeltaDiscoveryRequest

  let port: Int
  let identity: String

  /// Acknowledges until the task is cancelled.
  func run() async throws {
    let (nonces, received) = AsyncStream<String>.makeStream()
    let identity = identity
    let transport = try HTTP2ClientTransport.Posix(
      target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
    try await withGRPCClient(transport: transport) { client in
      let service = Envoy_Service_Discovery_V3_AggregatedDiscoveryService.Client(wrapping: client)
      try await service.deltaAggregatedResources { writer in
        var request = Request()
        request.node.id = identity
        request.node.cluster = identity
        request.typeURL = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"
        request.resourceNamesSubscribe = ["flyball.rbac", "flyball.throttle"]
        try await writer.write(request)
        for await nonce in nonces {
          var acknowledgement = Request()
          acknowledgement.typeURL = request.typeURL
          acknowledgement.responseNonce = nonce
          try await writer.write(acknowledgement)
        }
      } onResponse: { response in
        for try await message in response.messages { received.yield(message.nonce) }
      }
    }
  }
}
