internal import MeshModel
internal import ThreatIntelligence

extension ThreatSettings {
  /// As YAML that parses to the same.
  var lines: [String] {
    let never = exclusions.names.map(\.text) + exclusions.ranges.map(\.description)
    return [
      "threats:", "  folder: \(Configuration.quoted(folder))",
      "  never: [\(Configuration.list(never))]",
      "  allowAddresses: [\(Configuration.list(allowed.map(\.description)))]", "  feeds:",
    ] + feeds.flatMap(\.lines)
  }
}

extension FeedSettings {
  fileprivate var lines: [String] {
    var lines = ["    - name: \(name)"]
    switch place {
    case .file(let path): lines.append("      file: \(Configuration.quoted(path))")
    case .url(let url): lines.append("      url: \(Configuration.quoted(url))")
    }
    switch format {
    case .stix: lines.append("      kind: stix")
    case .misp: lines.append("      kind: misp")
    case .taxii(let collection):
      lines += ["      kind: taxii", "      collection: \(Configuration.quoted(collection))"]
    case .list(let format): lines += ["      kind: list", "      list: {\(format.text)}"]
    }
    lines += [
      "      every: \(policy.periodSeconds)s", "      within: \(policy.patienceSeconds)s",
      "      confidence: \(terms.confidence)", "      expires: \(terms.lifetimeSeconds)s",
      "      maxEntries: \(terms.mostEntries)",
    ]
    if let credentials { lines.append("      credentials: {\(credentials.text)}") }
    if let roots { lines.append("      ca: \(Configuration.quoted(roots))") }
    return lines
  }
}

extension FeedSettings.Credentials {
  fileprivate var text: String {
    switch self {
    case .bearer(let file): "bearer: \(Configuration.quoted(file))"
    case .basic(let file): "basic: \(Configuration.quoted(file))"
    case .header(let name, let file): "header: \(name), file: \(Configuration.quoted(file))"
    }
  }
}

extension ListFormat {
  fileprivate var text: String {
    var parts: [String] = []
    switch content {
    case .targets(let subdomains): parts = ["content: targets", "subdomains: \(subdomains)"]
    case .userAgents: parts = ["content: agents"]
    case .fingerprints: parts = ["content: fingerprints"]
    }
    if case .columns(let separator, let value, let hasHeader) = layout {
      let name = ListSeparator.allCases.first { $0.value == separator } ?? .comma
      parts += ["column: \(value)", "separator: \(name.rawValue)", "header: \(hasHeader)"]
    }
    return parts.joined(separator: ", ")
  }
}
