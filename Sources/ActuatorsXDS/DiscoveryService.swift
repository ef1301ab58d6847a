internal import Actuators
package import EnvoyAPI
package import GRPCCore
internal import Logging
internal import MeshModel
package import MeshServerGRPC

/// Envoy's aggregated discovery service, delta variant, for extension configurations only.
package struct DiscoveryService:
  Envoy_Service_Discovery_V3_AggregatedDiscoveryService.SimpleServiceProtocol
{
  private let identity: PeerIdentity
  private let controlPlane: ControlPlane
  private let logger = Logger(label: "flyball.xds")

  package init(identity: PeerIdentity, controlPlane: ControlPlane) {
    self.identity = identity
    self.controlPlane = controlPlane
  }

  package func deltaAggregatedResources(
    request: RPCAsyncSequence<Envoy_Service_Discovery_V3_DeltaDiscoveryRequest, any Error>,
    response: RPCWriter<Envoy_Service_Discovery_V3_DeltaDiscoveryResponse>,
    context: ServerContext
  ) async throws {
    let id = String(UInt64.random(in: .min ... .max), radix: 36)
    let (outbox, continuation) = AsyncStream<ControlPlane.Wire>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.maximumUnsent))
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await read(request, context, id: id, continuation) }
        group.addTask { for await message in outbox { try await response.write(message) } }
        group.addTask { try await context.cancellation.cancelled }
        try await group.next()
        group.cancelAll()
      }
    } catch {
      await controlPlane.close(id)
      throw error
    }
    await controlPlane.close(id)
  }

  private func read(
    _ requests: RPCAsyncSequence<Envoy_Service_Discovery_V3_DeltaDiscoveryRequest, any Error>,
    _ context: ServerContext, id: String,
    _ outbox: AsyncStream<ControlPlane.Wire>.Continuation
  ) async throws {
    var isOpen = false
    for try await request in requests {
      if !isOpen {
        // Only the first request surely carries the node.
        let proxy = try proxy(request.node, context)
        guard
          await controlPlane.open(
            id, of: proxy, build: ProxyBuild(request.node), outbox: outbox)
        else {
          throw RPCError(code: .resourceExhausted, message: "too many streams")
        }
        isOpen = true
      }
      guard request.typeURL == DeltaSession.Response.typeURL else {
        logger.notice(
          "ignored a subscription", metadata: ["type": "\(request.typeURL.prefix(256))"])
        continue
      }
      guard request.resourceNamesSubscribe.count <= Self.maximumNames else {
        throw RPCError(
          code: .invalidArgument, message: "more than \(Self.maximumNames) names at once")
      }
      await controlPlane.handle(DeltaSession.Request(request), on: id)
    }
  }

  private func proxy(
    _ node: Envoy_Config_Core_V3_Node, _ context: ServerContext
  ) throws -> ProxyID {
    do {
      let principal = try identity.identify(context, claim: node.cluster)
      return ProxyID(principal: principal, node: String(cutting: node.id, toBytes: 255))
    } catch {
      logger.warning(
        "discovery stream refused",
        metadata: ["peer": "\(context.remotePeer)", "reason": "\(error.message)"])
      throw error
    }
  }

  /// Resource names in one request; Flyball serves three.
  private static let maximumNames = 256
  /// Responses waiting for a slow proxy; past it the stream is closed.
  private static let maximumUnsent = 256
}
