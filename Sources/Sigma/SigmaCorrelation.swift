package import MeshModel

/// A Sigma correlation as it was written: checked for its form; its references are not resolved yet.
package struct SigmaCorrelation: Hashable, Sendable {
  /// The file's, or one made from the title where the file has none.
  package var id: String
  /// What other correlations may call it by beside its id.
  package var name: String?
  package var title: String
  package var description: String?
  package var author: String?
  package var license: String?
  package var references: [String]
  package var tags: [String]
  package var falsePositives: [String]
  package var level: SigmaLevel?
  package var status: SigmaStatus?
  package var type: CorrelationType
  /// Names or ids, in the order that `temporal_ordered` asks for.
  package var rules: [Word]
  package var groupBy: [Word]
  package var timespanSeconds: Int64
  package var condition: CorrelationCondition
  /// The field that values are taken from.
  package var field: Word?
  package var percentile: Int?
  package var aliases: [Alias]
  /// Whether the rules it names are reported on their own too.
  package var generatesRules: Bool
  package var place: Place

  package struct Word: Hashable, Sendable {
    package var text: String
    package var place: Place
  }

  /// A name for what is a different field in each rule.
  package struct Alias: Hashable, Sendable {
    package var name: Word
    package var fields: [Source]

    package struct Source: Hashable, Sendable {
      package var rule: Word
      package var field: Word
    }
  }
}
