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
