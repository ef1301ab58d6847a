package import YAMLNodes
internal import Yams

extension RuleFile {
  /// What the file holds, and every mistake in it; a document with a mistake is left out.
  package func parse() -> (documents: [SigmaDocument], mistakes: [Diagnostic]) {
    let nodes: [Node]
    do {
      nodes = try YAMLDocument.parseAll(text, file: name)
    } catch {
      return ([], [error])
    }
    guard !nodes.isEmpty else {
      return ([], [Diagnostic(file: name, line: 0, column: 0, message: "the file holds no rule")])
    }
    var documents: [SigmaDocument] = []
    var mistakes: [Diagnostic] = []
    for node in nodes {
      var reader = RuleReader(file: name)
      if node["correlation"] != nil {
        let correlation = reader.correlation(node)
        if let correlation, reader.yaml.diagnostics.isEmpty {
          documents.append(.correlation(correlation))
        }
      } else {
        let rule = reader.rule(node)
        if let rule, reader.yaml.diagnostics.isEmpty { documents.append(.rule(rule)) }
      }
      mistakes += reader.yaml.diagnostics
    }
    return (documents, mistakes)
  }
}
