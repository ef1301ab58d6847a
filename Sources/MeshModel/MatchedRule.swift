/// The rule behind a detection, as its author describes it, and what it matched last.
package struct MatchedRule: Hashable, Sendable, Codable {
  package var id: String
  /// What other rules and policies may call it by.
  package var name: String?
  package var title: String
  package var author: String?
  package var license: String?
  package var references: [String]
  package var level: SigmaLevel
  package var tags: [String]
  /// Method and path of the request, or what a correlation counted; as it came, but cut.
  package var matched: String

  package init(
    id: String, name: String?, title: String, author: String?, license: String?,
    references: [String], level: SigmaLevel, tags: [String], matched: String
  ) {
    self.id = id
    self.name = name
    self.title = title
    self.author = author
    self.license = license
    self.references = references
    self.level = level
    self.tags = tags
    self.matched = matched
  }
}
