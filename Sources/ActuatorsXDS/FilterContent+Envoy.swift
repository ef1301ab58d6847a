package import Actuators
internal import EnvoyAPI
internal import MeshModel
package import SwiftProtobuf

private typealias RBACFilter = Envoy_Extensions_Filters_Http_Rbac_V3_RBAC
private typealias RateLimitFilter =
  Envoy_Extensions_Filters_Http_LocalRatelimit_V3_LocalRateLimit
private typealias LuaFilter = Envoy_Extensions_Filters_Http_Lua_V3_Lua
private typealias Descriptor = Envoy_Extensions_RateLimitDescriptors_Expr_V3_Descriptor

extension FilterContent {
  /// The resource Envoy's extension config discovery expects. Without rules it does nothing. A few
  /// denials are a policy each, many are one tree: see docs/adr/0009.
  package func resource() throws -> Google_Protobuf_Any {
    var config = Envoy_Config_Core_V3_TypedExtensionConfig()
    config.name = filter.rawValue
    switch filter {
    case .rbac:
      config.typedConfig = Google_Protobuf_Any(packing: RBACFilter.self, bytes: try rbac())
    case .throttle: config.typedConfig = try Google_Protobuf_Any(packing: throttle)
    case .route: config.typedConfig = try Google_Protobuf_Any(packing: route)
    }
    return try Google_Protobuf_Any(packing: config)
  }

  /// What is enforced and what only shadows it, each as policies or as a tree.
  private func rbac() throws -> [UInt8] {
    let enforced = rules.filter { !$0.isShadow }
    let shadows = rules.filter(\.isShadow)
    var filter = RBACFilter()
    var trees: [UInt8] = []
    if enforced.count > Self.maximumPolicies {
      trees += try DenialTree(enforced).matcher(field: 4)  // RBAC.matcher
    } else if !enforced.isEmpty {
      filter.rules = Self.denials(enforced)
    }
    if !shadows.isEmpty { filter.shadowRulesStatPrefix = "flyball_" }
    if shadows.count > Self.maximumPolicies {
      trees += try DenialTree(shadows).matcher(field: 5)  // RBAC.shadow_matcher
    } else if !shadows.isEmpty {
      filter.shadowRules = Self.denials(shadows)
    }
    return try filter.serializedBytes() + trees
  }

  private static func denials(_ rules: [Rule]) -> Envoy_Config_Rbac_V3_RBAC {
    var denials = Envoy_Config_Rbac_V3_RBAC()
    denials.action = .deny
    for rule in rules { denials.policies[rule.name] = rule.policy }
    return denials
  }

  /// Past it the policies, which a request passes one after the other, cost more than the tree.
  private static let maximumPolicies = 4

  private var route: LuaFilter {
    var filter = LuaFilter()
    let script = RouteScript(rules).text
    if !script.isEmpty { filter.defaultSourceCode.inlineString = script }
    return filter
  }

  private var throttle: RateLimitFilter {
    var filter = RateLimitFilter()
    filter.statPrefix = "flyball_throttle"
    guard !rules.isEmpty else { return filter }
    filter.filterEnabled = .always
    filter.filterEnforced = .always
    for rule in rules {
      guard case .throttle(let rate) = rule.stage else { continue }
      filter.rateLimits.append(rule.rateLimit)
      filter.descriptors.append(rule.bucket(rate))
    }
    return filter
  }
}

extension Rule {
  fileprivate var policy: Envoy_Config_Rbac_V3_Policy {
    var permission = Envoy_Config_Rbac_V3_Permission()
    permission.any = true
    var principal = Envoy_Config_Rbac_V3_Principal()
    var condition = Expression.before(notAfter)
    switch match {
    case .peer(let identity):
      principal.authenticated.principalName.exact = identity.description
    case .client(let address):
      principal.directRemoteIp.addressPrefix = address.address
      principal.directRemoteIp.prefixLen.value = UInt32(address.length)
    case .ownOutbound:
      principal.any = true
      condition = .call("_&&_", .isOutbound, condition)
    case .unauthenticatedPeer:
      principal.any = true
      condition = .call("_&&_", .isUnauthenticated, condition)
    }
    var policy = Envoy_Config_Rbac_V3_Policy()
    policy.permissions = [permission]
    policy.principals = [principal] + [probe].compactMap(\.self)
    policy.condition = condition
    return policy
  }

  /// The controller itself, when it asks for what only a probe of this action asks for.
  private var probe: Envoy_Config_Rbac_V3_Principal? {
    guard let prober, let action else { return nil }
    var identity = Envoy_Config_Rbac_V3_Principal()
    identity.authenticated.principalName.exact = prober.description
    var path = Envoy_Config_Rbac_V3_Principal()
    path.header.name = Self.pathHeader
    path.header.stringMatch.exact = action.probePath
    var probe = Envoy_Config_Rbac_V3_Principal()
    probe.andIds.ids = [identity, path]
    return probe
  }

  static let pathHeader = ":path"

  /// A descriptor whose value is "limited" while the rule applies. It is never empty for a rule,
  /// because Envoy takes an empty descriptor value for a wildcard.
  /// A client's address is a second value, which Envoy itself cuts to the length of a client's block.
  fileprivate var rateLimit: Envoy_Config_Route_V3_RateLimit {
    var applies = Expression.before(notAfter)
    var address: Envoy_Config_Route_V3_RateLimit.Action?
    switch match {
    case .peer(let identity):
      applies = .call(
        "_&&_", applies,
        .call(
          "_==_", .attribute("connection", "uri_san_peer_certificate"),
          .string(identity.description)))
    case .client(let block):
      address = Envoy_Config_Route_V3_RateLimit.Action()
      address?.maskedRemoteAddress.v4PrefixMaskLen.value = 32
      address?.maskedRemoteAddress.v6PrefixMaskLen.value = UInt32(block.length)
    case .ownOutbound: applies = .call("_&&_", applies, .isOutbound)
    case .unauthenticatedPeer: applies = .call("_&&_", applies, .isUnauthenticated)
    }
    var descriptor = Descriptor()
    descriptor.descriptorKey = name
    descriptor.parsed = .call("_?_:_", applies, .string(Self.limited), .string(""))
    var action = Envoy_Config_Route_V3_RateLimit.Action()
    action.extension.name = "envoy.rate_limit_descriptors.expr"
    // The message has no required fields, so packing it cannot fail.
    if let packed = try? Google_Protobuf_Any(packing: descriptor) {
      action.extension.typedConfig = packed
    }
    var limit = Envoy_Config_Route_V3_RateLimit()
    limit.actions = [action] + [address].compactMap(\.self)
    return limit
  }

  fileprivate func bucket(
    _ rate: Rate
  ) -> Envoy_Extensions_Common_Ratelimit_V3_LocalRateLimitDescriptor {
    var descriptor = Envoy_Extensions_Common_Ratelimit_V3_LocalRateLimitDescriptor()
    var entry = Envoy_Extensions_Common_Ratelimit_V3_RateLimitDescriptor.Entry()
    entry.key = name
    entry.value = Self.limited
    descriptor.entries = [entry]
    if case .client(let block) = match {
      var address = Envoy_Extensions_Common_Ratelimit_V3_RateLimitDescriptor.Entry()
      address.key = "masked_remote_address"
      address.value = "\(block.address)/\(block.length)"
      descriptor.entries.append(address)
    }
    descriptor.tokenBucket.maxTokens = rate.burst
    descriptor.tokenBucket.tokensPerFill.value = rate.perSecond
    descriptor.tokenBucket.fillInterval.seconds = 1
    return descriptor
  }

  private static let limited = "limited"
}

extension Envoy_Config_Core_V3_RuntimeFractionalPercent {
  fileprivate static var always: Self {
    var percent = Self()
    percent.defaultValue.numerator = 100
    return percent
  }
}
