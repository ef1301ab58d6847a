internal import Actuators
internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf

/// Envoy's unified matcher, of which Flyball uses lists of expressions and maps of exact keys.
typealias Matcher = Xds_Type_Matcher_V3_Matcher

extension Matcher.MatcherList.Predicate {
  static func expression(_ expression: Expression) throws -> Self {
    var matcher = Xds_Type_Matcher_V3_CelMatcher()
    matcher.exprMatch.parsedExpr.expr = expression
    var predicate = Self()
    predicate.singlePredicate.input = try .init(
      "attributes", Xds_Type_Matcher_V3_HttpAttributesCelMatchInput())
    predicate.singlePredicate.customMatch = try .init("expression", matcher)
    return predicate
  }

  /// The connection's own other end lies in the block.
  static func address(in block: IPPrefix) throws -> Self {
    var matcher = Envoy_Extensions_Matching_InputMatchers_Ip_V3_Ip()
    matcher.statPrefix = "flyball"
    var range = Envoy_Config_Core_V3_CidrRange()
    range.addressPrefix = block.address
    range.prefixLen.value = UInt32(block.length)
    matcher.cidrRanges = [range]
    var predicate = Self()
    predicate.singlePredicate.input = try .address()
    predicate.singlePredicate.customMatch = try .init("address", matcher)
    return predicate
  }

  static func all(_ predicates: [Self]) -> Self {
    var predicate = Self()
    predicate.andMatcher.predicate = predicates
    return predicate
  }
}

extension Xds_Core_V3_TypedExtensionConfig {
  init(_ name: String, _ message: some Message) throws {
    self.init()
    self.name = name
    typedConfig = try Google_Protobuf_Any(packing: message)
  }

  /// The URI names of the peer's certificate, which is one name.
  static func identity() throws -> Self {
    try .init("identity", Envoy_Extensions_Matching_CommonInputs_Ssl_V3_UriSanInput())
  }

  /// What is asked for, with its query.
  static func path() throws -> Self {
    var input = Envoy_Type_Matcher_V3_HttpRequestHeaderMatchInput()
    input.headerName = Rule.pathHeader
    return try .init("path", input)
  }

  /// The address of the connection's other end, whatever a header says.
  static func address() throws -> Self {
    try .init(
      "address", Envoy_Extensions_Matching_CommonInputs_Network_V3_DirectSourceIPInput())
  }
}
