package import MeshModel

/// A Sigma rule as it was written: checked for its form, not yet compiled.
package struct SigmaRule: Hashable, Sendable {
  /// The file's, or one made from the title where the file has none.
  package var id: String
  /// What correlations may call it by beside its id.
  package var name: String?
  package var title: String
  package var description: String?
  package var author: String?
  package var license: String?
  package var references: [String] = []
  package var tags: [String] = []
  package var falsePositives: [String] = []
  package var level: SigmaLevel?
  package var status: SigmaStatus?
  package var logSource: LogSource
  package var detection: SigmaDetection
  package var place: Place
}
