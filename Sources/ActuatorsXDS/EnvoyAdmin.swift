internal import Foundation
package import MeshModel

/// Reads Envoy's admin interface.
package enum EnvoyAdmin {
  /// Path that answers with the extension configurations in force.
  package static let filtersPath = "/config_dump?resource=ecds_filters"

  /// Path that answers with how many access log entries were dropped before they were sent.
  package static let dropsPath = "/stats?filter=grpc_access_log.logs_dropped"

  /// The number of dropped entries; nil when the answer does not hold it.
  package static func drops(inStats body: [UInt8]) -> UInt64? {
    for line in String(decoding: body, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2, parts[0] == "access_logs.grpc_access_log.logs_dropped:" {
        return UInt64(parts[1])
      }
    }
    return nil
  }

  /// The actions that the answer to `filtersPath` shows in force; nil when it tells nothing. An Envoy
  /// without any such filter says that there is no such part of its configuration.
  package static func actions(status: Int, body: [UInt8]) -> Set<ActionID>? {
    switch status {
    case 200: actions(inDump: body)
    case 404 where body.starts(with: "ecds_filters not found".utf8): []
    default: nil
    }
  }

  private static func actions(inDump body: [UInt8]) -> Set<ActionID>? {
    guard let dump = try? JSONDecoder().decode(Dump.self, from: Data(body)) else { return nil }
    var actions: Set<ActionID> = []
    for config in dump.configs ?? [] {
      let names = config.ecds_filter?.typed_config?.names ?? []
      actions.formUnion(names.compactMap { ActionID(parsing: $0.prefix { $0 != "." }) })
    }
    return actions
  }

  private struct Dump: Decodable {
    struct Config: Decodable { var ecds_filter: Filter? }
    struct Filter: Decodable { var typed_config: Typed? }
    struct Typed: Decodable {
      var rules: Rules?
      var matcher: Matcher?
      var shadow_rules: Rules?
      var shadow_matcher: Matcher?
      var default_source_code: Source?
      var descriptors: [Descriptor]?

      var names: [String] {
        var names = [rules, shadow_rules].compactMap(\.self).flatMap { ($0.policies ?? [:]).keys }
        names += [matcher, shadow_matcher].compactMap(\.self).flatMap(\.actions)
        names += (descriptors ?? []).flatMap { $0.entries.map(\.key) }
        return names + (default_source_code?.literals ?? [])
      }
    }
    struct Rules: Decodable { var policies: [String: Ignored]? }
    /// What `DenialTree` writes; the action for no match is none of ours.
    struct Matcher: Decodable {
      struct List: Decodable { var matchers: [Field] }
      struct Field: Decodable { var on_match: OnMatch }
      struct Tree: Decodable { var exact_match_map: Map? }
      struct Map: Decodable { var map: [String: OnMatch] }
      struct OnMatch: Decodable {
        var matcher: Matcher?
        var action: Action?
        var actions: [String] { (matcher?.actions ?? []) + [action?.name].compactMap(\.self) }
      }
      struct Action: Decodable { var name: String }
      var matcher_list: List?
      var matcher_tree: Tree?

      var actions: [String] {
        (matcher_list?.matchers ?? []).flatMap(\.on_match.actions)
          + (matcher_tree?.exact_match_map?.map ?? [:]).values.flatMap(\.actions)
      }
    }
    /// What `RouteScript` writes: what stands between quotes is among the pieces.
    struct Source: Decodable {
      var inline_string: String?

      var literals: [String] {
        (inline_string ?? "").split(separator: "\"", omittingEmptySubsequences: false)
          .map(String.init)
      }
    }
    struct Descriptor: Decodable { var entries: [Entry] }
    struct Entry: Decodable { var key: String }
    struct Ignored: Decodable {}
    var configs: [Config]?
  }
}
