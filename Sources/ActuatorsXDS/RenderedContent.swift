internal import Actuators
internal import MeshModel
internal import SwiftProtobuf

/// What one change sends, encoded once for all proxies that get the same: nearly all do.
struct RenderedContent {
  private struct Key: Hashable {
    var filter: Filter
    var version: String
  }

  private var resources: [Key: Google_Protobuf_Any] = [:]

  mutating func resource(of content: FilterContent) throws -> Google_Protobuf_Any {
    let key = Key(filter: content.filter, version: content.version)
    if let resource = resources[key] { return resource }
    let resource = try content.resource()
    resources[key] = resource
    return resource
  }
}
