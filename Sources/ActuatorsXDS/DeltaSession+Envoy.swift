internal import Actuators
internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf

extension DeltaSession.Response {
  static let typeURL = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"

  func wire(
    _ rendered: inout RenderedContent
  ) throws -> Envoy_Service_Discovery_V3_DeltaDiscoveryResponse {
    var response = Envoy_Service_Discovery_V3_DeltaDiscoveryResponse()
    response.typeURL = Self.typeURL
    switch self {
    case .content(let content, let nonce, let ttlSeconds):
      response.nonce = nonce
      response.systemVersionInfo = content.version
      var resource = Envoy_Service_Discovery_V3_Resource()
      resource.name = content.filter.rawValue
      resource.version = content.version
      resource.resource = try rendered.resource(of: content)
      if let ttlSeconds { resource.ttl.seconds = Int64(ttlSeconds) }
      response.resources = [resource]
    case .heartbeat(let filter, let version, let nonce, let ttlSeconds):
      response.nonce = nonce
      response.systemVersionInfo = version
      var resource = Envoy_Service_Discovery_V3_Resource()
      resource.name = filter.rawValue
      resource.version = version
      resource.ttl.seconds = Int64(ttlSeconds)
      response.resources = [resource]
    case .removed(let names, let nonce):
      response.nonce = nonce
      response.removedResources = names
    }
    return response
  }
}

extension DeltaSession.Request {
  init(_ request: Envoy_Service_Discovery_V3_DeltaDiscoveryRequest) {
    self.init(
      subscribe: request.resourceNamesSubscribe, unsubscribe: request.resourceNamesUnsubscribe,
      nonce: request.responseNonce,
      error: request.hasErrorDetail ? request.errorDetail.message : nil)
  }
}
