internal import JSONNodes
internal import MeshModel

/// Reads the events of a MISP feed, one document each, into one version of the feed.
///
/// Taken are attributes that are meant for detection (`to_ids`) and stand on no warning list, those
/// within objects too. A `domain` stands for the names below it, a `hostname` for itself. Of the
/// types that join two values by a bar neither is a reason by itself, so they are refused. Source:
/// MISP core format (draft-dulaunoy-misp-core-format).
package enum MISPReader {
  package static func read(
    _ bytes: [UInt8], into version: inout FeedVersion
  ) throws(FetchFailure) {
    let document = try FeedDocument.object(bytes)
    guard let event = document["Event"]?.object else { throw .unreadable("no event") }
    let modified = time(event["timestamp"])
    let objects = (event["Object"]?.array ?? []).compactMap(\.object)
      .filter { !FeedDocument.isTrue($0["deleted"]) }
    for holder in [event] + objects {
      for node in holder["Attribute"]?.array ?? [] {
        read(node, modified, &version)
      }
    }
  }

  private static func read(
    _ node: JSONNode, _ eventModified: Timestamp?, _ version: inout FeedVersion
  ) {
    guard let attribute = node.object, let id = attribute["uuid"]?.string, !id.isEmpty,
      let type = attribute["type"]?.string, let text = attribute["value"]?.string
    else {
      return version.reject(
        id: node.object?["uuid"]?.string ?? "-",
        .unreadable("an attribute without uuid, type or value"))
    }
    let modified = time(attribute["timestamp"]) ?? eventModified
    if FeedDocument.isTrue(attribute["deleted"]) {
      return version.revoke(id: id, modified: modified)
    }
    guard FeedDocument.isTrue(attribute["to_ids"]) else { return version.passOver() }
    if let warning = attribute["warnings"]?.array?.first {
      let list = warning.object?["warninglist_name"]?.string ?? warning.kind
      return version.reject(id: id, .unsupported(String(excerpt: "on the warning list \(list)")))
    }
    let value: Indicator.Value?
    switch type {
    case "ip-src", "ip-dst": value = IPPrefix(range: text).map { .range($0) }
    case "domain": value = DomainName(text).map { .domain($0, subdomains: true) }
    case "hostname": value = DomainName(text).map { .domain($0, subdomains: false) }
    case "url": value = RequestURL(text).map { .url($0) }
    case "user-agent":
      let fits = (1...ThreatLimits.agentBytes).contains(text.utf8.count)
      value = fits ? .userAgent(text) : nil
    case "ja3-fingerprint-md5": value = TLSFingerprint(text).map { .fingerprint($0) }
    default:
      return version.reject(
        id: id, .unsupported(String(excerpt: "an attribute of type \(type)")))
    }
    guard let value else { return version.rejectUnreadable(id: id, text) }
    version.add(value, id: id, modified: modified)
  }

  /// Seconds since 1970, as a number or as text.
  private static func time(_ node: JSONNode?) -> Timestamp? {
    node?.scalarText.flatMap { Int64($0) }.map { Timestamp(seconds: min(max($0, 0), 1 << 40)) }
  }
}
