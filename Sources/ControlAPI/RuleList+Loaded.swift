package import ControlViews
internal import MeshModel
package import RuleScoring
internal import Sigma

extension RuleList {
  package init(_ loaded: LoadedRules, _ statistics: [RuleStatistics]? = nil) {
    self.init(
      rules: (0..<loaded.count).map { number in
        let about = loaded.describe(number, matched: "")
        return RuleView(
          name: loaded.name(of: number), id: about.id, title: about.title,
          kind: loaded.source(of: number)?.rawValue ?? "correlation",
          level: loaded.statedLevel(of: number)?.rawValue, author: about.author,
          license: about.license, tags: about.tags, file: loaded.place(of: number).file,
          hidden: loaded.correlations.hiddenRules.contains(number),
          matches: statistics?[number].matches, lastMatch: statistics?[number].last?.rfc3339)
      }, next: nil)
  }
}
