/// One Sigma rule or correlation as the API shows it.
package struct RuleView: Codable, Equatable, Sendable {
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

  package init(
    name: String, id: String, title: String, kind: String, level: String?, author: String?,
    license: String?, tags: [String], file: String, hidden: Bool, matches: UInt64?,
    lastMatch: String?
  ) {
    self.name = name
    self.id = id
    self.title = title
    self.kind = kind
    self.level = level
    self.author = author
    self.license = license
    self.tags = tags
    self.file = file
    self.hidden = hidden
    self.matches = matches
    self.lastMatch = lastMatch
  }
}
