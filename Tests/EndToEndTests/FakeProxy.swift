internal import DemoMesh
internal import EnvoyAPI
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import MeshModel

/// A control stream with a genuine certificate that acknowledges whatever it is sent, and does nothing.
struct FakeProxy {
  private typealias Request = Envoy_Service_Discovery_V3_DeltaDiscoveryRequest

  private let reporter: FakeReporter
  private let node: String

  init(_ mesh: ShopMesh, identity: String) throws {
    reporter = try FakeReporter(mesh, identity: identity)
    node = identity
  }

  /// Acknowledges until the task is cancelled.
  func run() async throws {
    let (nonces, received) = AsyncStream<String>.makeStream()
    let node = node
    try await withGRPCClient(transport: try reporter.transport()) { client in
      let service = Envoy_Service_Discovery_V3_AggregatedDiscoveryService.Client(wrapping: client)
      try await service.deltaAggregatedResources { writer in
        var request = Request()
        request.node.id = node
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
