package import Yams

/// Reads YAML documents into nodes that know their place, within fixed limits.
package enum YAMLDocument {
  /// Bytes; far above any sensible file.
  package static let maximumBytes = 256 * 1024
  /// Nodes in a file.
  package static let maximumNodes = 20_000

  /// The only document of a file.
  package static func parse(_ text: String, file: String) throws(Diagnostic) -> Node {
    let documents = try parseAll(text, file: file)
    guard let document = documents.first else {
      throw Diagnostic(file: file, line: 0, column: 0, message: "the file is empty")
    }
    if documents.count > 1 {
      throw Diagnostic(
        file: file, line: documents[1].mark?.line ?? 0, column: documents[1].mark?.column ?? 0,
        message: "a second document, where only one is expected")
    }
    return document
  }

  /// Every document of a file, in order; empty ones are left out.
  package static func parseAll(_ text: String, file: String) throws(Diagnostic) -> [Node] {
    guard text.utf8.count <= maximumBytes else {
      throw Diagnostic(
        file: file, line: 0, column: 0, message: "larger than \(maximumBytes) bytes")
    }
    // Only the parser knows whether `&` begins an anchor or is part of a text, but it also expands
    // aliases, and a small file can stand for a huge one. So a copy without aliases goes first.
    if text.utf8.contains(UInt8(ascii: "*")) { try checkWithoutAliases(text, file: file) }
    return try compose(text, file: file)
  }

  /// Composes a copy with each `*` replaced by a letter for private use that the text does not
  /// contain: what was an alias becomes a plain text, and nothing else changes its kind, its place
  /// or its equals.
  private static func checkWithoutAliases(_ text: String, file: String) throws(Diagnostic) {
    let used = Set(text.unicodeScalars)
    let privateUse = (UInt32(0xE000)...0xF8FF).lazy.compactMap(Unicode.Scalar.init)
    guard let letter = privateUse.first(where: { !used.contains($0) }) else {
      throw Diagnostic(file: file, line: 0, column: 0, message: "not readable as YAML")
    }
    do {
      _ = try compose(text.replacing("*", by: letter), file: file)
    } catch {
      throw Diagnostic(
        file: file, line: error.line, column: error.column,
        message: error.message.replacing(letter, by: "*"))
    }
  }

  private static func compose(_ text: String, file: String) throws(Diagnostic) -> [Node] {
    do {
      let parser = try Parser(yaml: text)
      // Nodes hold their anchors weakly; the parser owns them.
      return try withExtendedLifetime(parser) {
        var documents: [Node] = []
        var budget = maximumNodes
        while let node = try parser.nextRoot() {
          if case .scalar(let scalar) = node, scalar.style == .plain, scalar.string.isEmpty {
            continue
          }
          try check(node, &budget, file: file)
          documents.append(node)
        }
        return documents
      }
    } catch let error as Diagnostic {
      throw error
    } catch let error as YamlError {
      throw diagnostic(error, file: file)
    } catch {
      throw Diagnostic(file: file, line: 0, column: 0, message: "not readable as YAML")
    }
  }

  private static func check(
    _ node: Node, _ budget: inout Int, file: String
  ) throws(Diagnostic) {
    budget -= 1
    guard budget > 0 else {
      throw Diagnostic(
        file: file, line: 0, column: 0, message: "more than \(maximumNodes) nodes")
    }
    if node.anchor != nil {
      throw Diagnostic(
        file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0,
        message: noAnchors)
    }
    switch node {
    case .scalar, .alias: return
    case .sequence(let sequence):
      for item in sequence { try check(item, &budget, file: file) }
    case .mapping(let mapping):
      for (key, value) in mapping {
        try check(key, &budget, file: file)
        try check(value, &budget, file: file)
      }
    }
  }

  private static let noAnchors = "anchors and aliases are not supported"

  private static func diagnostic(_ error: YamlError, file: String) -> Diagnostic {
    switch error {
    case .composer(_, "found undefined alias", let mark, _):
      Diagnostic(file: file, line: mark.line, column: mark.column, message: noAnchors)
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

extension String {
  fileprivate func replacing(_ old: Unicode.Scalar, by new: Unicode.Scalar) -> String {
    var result = UnicodeScalarView()
    result.append(contentsOf: unicodeScalars.lazy.map { $0 == old ? new : $0 })
    return String(result)
  }
}
