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
      if SigmaCorrelation.isCorrelation(node) {
        var reader = YAMLReader(file: name)
        let correlation = SigmaCorrelation(node, &reader)
        mistakes += reader.diagnostics
        if let correlation { documents.append(.correlation(correlation)) }
        continue
      }
      var reader = RuleReader(file: name)
      let rule = reader.rule(node)
      mistakes += reader.yaml.diagnostics
      if let rule, reader.yaml.diagnostics.isEmpty { documents.append(.rule(rule)) }
    }
    return (documents, mistakes)
  }
}
