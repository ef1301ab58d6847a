internal import Actuators
internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf

/// Many denials as one matcher, in which a request looks its peer up instead of passing every rule.
///
///     the proxy's own outbound requests, inbound ones without a certificate: one expression a rule
///     before the limit, by address:      address ──> denial │ expression ──> denial
///     before the limit, with a peer:     identity ─> denial │ expression ──> denial
///     otherwise:                         allow
///
/// The controller is a peer like others, whose entry asks for the path: that of an action's probe is
/// denied in the action's name. So nobody else's requests pass anything more for it.
///
/// An expression is costly to compile, so of each kind only the rules that end first have one of
/// their own. The others stand behind a common limit: the first deadline among them, and no rule
/// outlives its own. Every change sends a new limit, and a rule that ends is a change; so the limit
/// is met only where changes no longer arrive, or more rules end at once than have an expression.
///
/// What matches nothing is allowed in so many words, because Envoy denies it otherwise. A lookup by
/// identity is asked only of connections that have one, because on others it denies, too.
struct DenialTree {
  private struct Denial {
    var name: String
    var notAfter: Timestamp
    /// The path that the controller asks for; nil for none.
    var probePath: String?
  }

  private var outbound: [Denial] = []
  private var unauthenticated: [Denial] = []
  private var peers: [String: Denial] = [:]
  private var addresses: [String: Denial] = [:]
  private var blocks: [(block: IPPrefix, denial: Denial)] = []
  private let prober: SPIFFEID?

  init(_ rules: [Rule]) {
    prober = rules.lazy.compactMap(\.prober).first
    for rule in rules {
      let denial = Denial(
        name: rule.name, notAfter: rule.notAfter,
        probePath: rule.prober == nil ? nil : rule.action?.probePath)
      switch rule.match {
      case .ownOutbound: outbound.append(denial)
      case .unauthenticatedPeer: unauthenticated.append(denial)
      case .peer(let identity): Self.add(denial, at: identity.description, to: &peers)
      case .client(let block) where block.family == .v4 && block.length == 32:
        Self.add(denial, at: block.address, to: &addresses)
      case .client(let block): blocks.append((block, denial))
      }
    }
  }

  /// The matcher as this field of the filter, in bytes. They are written by hand, because SwiftProtobuf measures a message anew for
  /// each level it is nested at, which took it 18 ms for a thousand rules.
  func matcher(field: UInt8) throws -> [UInt8] {
    var filter = ProtocolBuffer()
    try filter.message(field) { matcher in
      try matcher.message(1) { list in  // Matcher.matcher_list
        for denial in outbound {
          try Self.write(
            .expression(.call("_&&_", .isOutbound, .before(denial.notAfter))), to: &list
          ) { Self.write(denial, to: &$0) }
        }
        for denial in unauthenticated {
          try Self.write(
            .expression(.call("_&&_", .isUnauthenticated, .before(denial.notAfter))), to: &list
          ) { Self.write(denial, to: &$0) }
        }
        for (block, denial) in blocks {
          try Self.write(
            .all([.address(in: block), .expression(.before(denial.notAfter))]), to: &list
          ) { Self.write(denial, to: &$0) }
        }
        try Self.write(addresses, input: .address(), if: nil, prober: nil, to: &list)
        try Self.write(
          peers, input: .identity(), if: .attribute("connection", "mtls"), prober: prober,
          to: &list)
      }
      matcher.message(3) { Self.write("allow", .allow, to: &$0) }  // Matcher.on_no_match
    }
    return filter.bytes
  }

  /// Two rules for one subject: the later deadline covers both.
  private static func add(_ denial: Denial, at key: String, to denials: inout [String: Denial]) {
    if let other = denials[key], other.notAfter >= denial.notAfter { return }
    denials[key] = denial
  }

  /// A matcher that asks for the condition and the limit, and then the map from keys to denials.
  private static func write(
    _ denials: [String: Denial], input: Xds_Core_V3_TypedExtensionConfig,
    if condition: Expression?, prober: SPIFFEID?, to list: inout ProtocolBuffer
  ) throws {
    let ordered = denials.sorted {
      ($0.value.notAfter, $0.value.name) < ($1.value.notAfter, $1.value.name)
    }
    guard let last = ordered.last else { return }
    let others = ordered.dropFirst(maximumExpressions)
    let limit = others.first.map { Expression.beforeSecond(of: $0.value.notAfter) }
    let terms = [condition, limit].compactMap(\.self)
    let question =
      terms.count == 2
      ? .call("_&&_", terms[0], terms[1]) : terms.first ?? .before(last.value.notAfter)
    try write(.expression(question), to: &list) { onMatch in
      try onMatch.message(1) { matcher in  // OnMatch.matcher
        try matcher.message(2) { tree in  // Matcher.matcher_tree
          tree.message(1, try input.serializedBytes())  // MatcherTree.input
          try tree.message(2) { map in  // MatcherTree.exact_match_map
            for (key, denial) in ordered.prefix(maximumExpressions) {
              try write(key, to: &map) { try writeTimed(denial, to: &$0) }
            }
            for (key, denial) in others {
              write(key, to: &map) { write(denial, to: &$0) }
            }
            try writeProbes(ordered.map(\.value), by: prober, to: &map)
          }
        }
      }
    }
  }

  /// The controller's entry in the map of identities, behind the same limits as the others.
  private static func writeProbes(
    _ denials: [Denial], by prober: SPIFFEID?, to map: inout ProtocolBuffer
  ) throws {
    guard let prober, denials.contains(where: { $0.probePath != nil }) else { return }
    try write(prober.description, to: &map) { entry in
      try entry.message(1) { matcher in  // OnMatch.matcher
        try matcher.message(2) { tree in  // Matcher.matcher_tree
          tree.message(1, try Xds_Core_V3_TypedExtensionConfig.path().serializedBytes())
          try tree.message(2) { paths in  // MatcherTree.exact_match_map
            for (index, denial) in denials.enumerated() {
              guard let path = denial.probePath else { continue }
              try write(path, to: &paths) { leaf in
                if index < maximumExpressions {
                  try writeTimed(denial, to: &leaf)
                } else {
                  write(denial, to: &leaf)
                }
              }
            }
          }
        }
      }
    }
  }

  /// A denial that judges its own deadline, as `OnMatch.matcher`.
  private static func writeTimed(_ denial: Denial, to onMatch: inout ProtocolBuffer) throws {
    try onMatch.message(1) { matcher in
      try matcher.message(1) { list in  // Matcher.matcher_list
        try write(.expression(.before(denial.notAfter)), to: &list) { write(denial, to: &$0) }
      }
    }
  }

  /// One of `MatchMap.map`.
  private static func write(
    _ key: String, to map: inout ProtocolBuffer,
    onMatch: (inout ProtocolBuffer) throws -> Void
  ) rethrows {
    try map.message(1) { entry in
      entry.string(1, key)
      try entry.message(2, onMatch)
    }
  }

  /// One of `MatcherList.matchers`.
  private static func write(
    _ predicate: Matcher.MatcherList.Predicate, to list: inout ProtocolBuffer,
    onMatch: (inout ProtocolBuffer) throws -> Void
  ) throws {
    try list.message(1) { matcher in
      matcher.message(1, try predicate.serializedBytes())
      try matcher.message(2, onMatch)
    }
  }

  private static func write(_ denial: Denial, to onMatch: inout ProtocolBuffer) {
    write(denial.name, .deny, to: &onMatch)
  }

  /// `OnMatch.action`; the name is what Envoy gives in the details of a denied request.
  private static func write(
    _ name: String, _ kind: Envoy_Config_Rbac_V3_RBAC.Action, to onMatch: inout ProtocolBuffer
  ) {
    onMatch.message(2) { config in
      config.string(1, name)
      config.message(2) { any in
        any.string(1, actionType)
        any.message(2) { action in
          action.string(1, name)
          action.number(2, UInt8(kind.rawValue))
        }
      }
    }
  }

  private static let actionType = "type.googleapis.com/envoy.config.rbac.v3.Action"

  /// Rules of a kind that judge their own deadline: more than usually end within a tenth of a
  /// second, the time until the next change. Each costs about 25 us to compile for each listener.
  private static let maximumExpressions = 8
}
