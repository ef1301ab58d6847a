internal import MeshModel
package import RuleScoring
internal import Sigma

/// One Sigma rule or correlation as the API shows it.
package struct RuleView: Codable, Sendable {
  package var name: String
  package var id: String
  package var title: String
  /// webserver, proxy, or correlation.
  package var kind: String
  package var level: String?
  package var author: String?
  package var license: String?
  package var tags: [String]
  package var file: String
  /// Whether only correlations hear of its matches.
  package var hidden: Bool
  /// Since the daemon read it; nil where it does not run.
  package var matches: UInt64?
  /// RFC 3339 in UTC.
  package var lastMatch: String?
}

package struct RuleList: Codable, Sendable {
  package var schemaVersion = 1
  package var rules: [RuleView]

  /// Rules, then correlations, in the order of their files.
  package init(_ loaded: LoadedRules, _ statistics: [RuleStatistics]? = nil) {
    rules = (0..<loaded.count).map { number in
      let about = loaded.describe(number, matched: "")
      return RuleView(
        name: loaded.name(of: number), id: about.id, title: about.title,
        kind: loaded.source(of: number)?.rawValue ?? "correlation",
        level: loaded.statedLevel(of: number)?.rawValue, author: about.author,
        license: about.license, tags: about.tags, file: loaded.place(of: number).file,
        hidden: loaded.correlations.hiddenRules.contains(number),
        matches: statistics?[number].matches, lastMatch: statistics?[number].last?.rfc3339)
    }
  }

  /// None, where no rules are loaded.
  init() {
    rules = []
  }
}
