internal import JSONNodes
internal import MeshModel

/// What the readers of JSON feeds have in common.
enum FeedDocument {
  static func object(_ bytes: [UInt8]) throws(FetchFailure) -> JSONObject {
    let bounds = JSONBounds(
      bytes: ThreatLimits.documentBytes, depth: ThreatLimits.documentDepth,
      nodes: ThreatLimits.documentNodes)
    let node: JSONNode
    do throws(JSONFailure) {
      node = try JSONReader.read(bytes, within: bounds)
    } catch {
      throw .unreadable(error.description)
    }
    guard let object = node.object else { throw .unreadable("\(node.kind), and no object") }
    return object
  }

  /// Whether it is true, or 1 as older writers have it.
  static func isTrue(_ node: JSONNode?) -> Bool {
    node?.scalarText == "true" || node?.scalarText == "1"
  }

  /// RFC 3339 in UTC, with any number of digits behind the second; those past the sixth are cut.
  static func time(_ node: JSONNode?) -> Timestamp? {
    guard let text = node?.string, text.utf8.count <= 64 else { return nil }
    guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")), text.utf8.last == 0x5A else {
      return Timestamp(rfc3339: text)
    }
    let digits = text[text.utf8.index(after: point)...].dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Timestamp(rfc3339: "\(text[..<point]).\(digits.prefix(6))Z")
  }
}
