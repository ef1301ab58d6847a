internal import Actuators
internal import EnvoyAPI
package import MeshModel
internal import SwiftProtobuf

/// What an enforcement is in Envoy's words, for people.
package enum EnvoyText {
  /// The content of its filter at proxies that hold nothing else: at those of others, and at the
  /// subject's own where that differs.
  package static func objects(
    of enforcement: Enforcement, prober: SPIFFEID?
  ) -> [(name: String, text: String)] {
    var table = EnforcementTable(prober: prober)
    table.apply(enforcement, generation: 1)
    let filter = enforcement.stage.filter
    let own = enforcement.subject.principal
    let others = SPIFFEID.selfTest(in: own.trustDomain)
    let places = [("at every proxy", others), ("at proxies of \(own.name)", own)]
    var objects: [(name: String, text: String)] = []
    for (place, principal) in places {
      let content = table.content(of: filter, at: principal, build: nil)
      guard !content.rules.isEmpty, let text = try? content.text(),  // Ours can be read back.
        objects.last?.text != text
      else { continue }
      objects.append(("\(filter.rawValue) \(place)", text))
    }
    return objects
  }
}

extension FilterContent {
  fileprivate func text() throws -> String {
    let resource = try Envoy_Config_Core_V3_TypedExtensionConfig(unpackingAny: try resource())
    let bytes = resource.typedConfig.value
    return switch filter {
    case .rbac:
      try Envoy_Extensions_Filters_Http_Rbac_V3_RBAC(serializedBytes: bytes).textFormatString()
    case .throttle:
      try Envoy_Extensions_Filters_Http_LocalRatelimit_V3_LocalRateLimit(serializedBytes: bytes)
        .textFormatString()
    case .route:
      try Envoy_Extensions_Filters_Http_Lua_V3_Lua(serializedBytes: bytes).textFormatString()
    }
  }
}
