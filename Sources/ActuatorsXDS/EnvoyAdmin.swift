internal import Foundation
package import MeshModel

/// Reads Envoy's admin interface.
package enum EnvoyAdmin {
  /// Path that answers with the extension configurations in force.
  package static let filtersPath = "/config_dump?resource=ecds_filters"

  /// The actions that a configuration dump holds; nil when it is not one.
  package static func actions(inDump body: [UInt8]) -> Set<ActionID>? {
    guard let dump = try? JSONDecoder().decode(Dump.self, from: Data(body)) else { return nil }
    var actions: Set<ActionID> = []
    for config in dump.configs ?? [] {
      let typed = config.ecds_filter?.typed_config
      let names =
        Array((typed?.rules?.policies ?? [:]).keys)
        + (typed?.descriptors ?? []).flatMap { $0.entries.map(\.key) }
      actions.formUnion(names.compactMap { ActionID(parsing: $0.prefix { $0 != "." }) })
    }
    return actions
  }

  private struct Dump: Decodable {
    struct Config: Decodable { var ecds_filter: Filter? }
    struct Filter: Decodable { var typed_config: Typed? }
    struct Typed: Decodable {
      var rules: Rules?
      var descriptors: [Descriptor]?
    }
    struct Rules: Decodable { var policies: [String: Ignored]? }
    struct Descriptor: Decodable { var entries: [Entry] }
    struct Entry: Decodable { var key: String }
    struct Ignored: Decodable {}
    var configs: [Config]?
  }
}
