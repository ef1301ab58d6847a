package import Yams

/// Reads one YAML document into nodes that know their place, within fixed limits.
package enum YAMLDocument {
  /// Bytes; far above any sensible file.
  package static let maximumBytes = 256 * 1024
  /// Nodes in a document.
  package static let maximumNodes = 20_000

  package static func parse(_ text: String, file: String) throws(Diagnostic) -> Node {
    guard text.utf8.count <= maximumBytes else {
      throw Diagnostic(
        file: file, line: 0, column: 0, message: "larger than \(maximumBytes) bytes")
    }
    try refuseAnchors(text, file: file)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw diagnostic(error, file: file)
    } catch {
      throw Diagnostic(file: file, line: 0, column: 0, message: "not readable as YAML")
    }
    guard let node else {
      throw Diagnostic(file: file, line: 0, column: 0, message: "the file is empty")
    }
    var budget = maximumNodes
    guard count(node, &budget) else {
      throw Diagnostic(
        file: file, line: 0, column: 0, message: "more than \(maximumNodes) nodes")
    }
    return node
  }

  /// Anchors let a small file stand for a huge one, so they are refused before they are expanded.
  private static func refuseAnchors(_ text: String, file: String) throws(Diagnostic) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      var previous: Character = " "
      var column = 1
      for character in line {
        if character == "#", previous == " " { break }
        if character == "&" || character == "*", " [{,-:".contains(previous),
          let next = line.dropFirst(column).first, next.isLetter || next.isNumber
        {
          throw Diagnostic(
            file: file, line: index + 1, column: column,
            message: "anchors and aliases are not supported")
        }
        previous = character
        column += 1
      }
    }
  }

  private static func count(_ node: Node, _ budget: inout Int) -> Bool {
    budget -= 1
    guard budget > 0 else { return false }
    switch node {
    case .scalar, .alias: return true
    case .sequence(let sequence):
      for item in sequence { if !count(item, &budget) { return false } }
      return true
    case .mapping(let mapping):
      for (key, value) in mapping {
        if !count(key, &budget) || !count(value, &budget) { return false }
      }
      return true
    }
  }

  private static func diagnostic(_ error: YamlError, file: String) -> Diagnostic {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Diagnostic(file: file, line: mark.line, column: mark.column, message: problem)
    case .duplicatedKeysInMapping(let keys, let context):
      Diagnostic(
        file: file, line: context.mark.line, column: context.mark.column,
        message: "the same key twice: \(keys.sorted().joined(separator: ", "))")
    default:
      Diagnostic(file: file, line: 0, column: 0, message: "not readable as YAML")
    }
  }
}
