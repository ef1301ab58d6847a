internal import Yams

/// YAML of the daemon's JSON, which is YAML already, on lines of its own.
enum OutputYAML {
  static func text(json: String) -> String {
    guard let node = try? Yams.compose(yaml: json),  // Our own JSON always is.
      let text = try? Yams.serialize(node: inBlocks(node), allowUnicode: true)
    else { return json }
    return text
  }

  private static func inBlocks(_ node: Node) -> Node {
    switch node {
    case .mapping(let mapping):
      .mapping(
        Node.Mapping(
          mapping.map { (plain($0.key), inBlocks($0.value)) }, Tag(.map), .block))
    case .sequence(let sequence):
      .sequence(Node.Sequence(sequence.map(inBlocks), Tag(.seq), .block))
    case .scalar, .alias: node
    }
  }

  /// A key without its quotes, where it stays a text without them.
  private static func plain(_ key: Node) -> Node {
    guard let text = key.string, text.allSatisfy({ $0.isASCII && $0.isLetter }),
      !otherThanText.contains(text.lowercased())
    else { return key }
    return Node(text)
  }

  private static let otherThanText: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null",
  ]
}
