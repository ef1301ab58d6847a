/// How a feed of indicators stands, by the running daemon's word.
package struct FeedFacts: Hashable, Sendable {
  package var name: String
  package var indicators: Int
  /// Entries of the version held that were not taken.
  package var refused: Int
  /// Since what is held was last known to be the newest; nil while nothing is held.
  package var ageSeconds: Int64?
  package var everySeconds: Int64
  /// Why the newest version is not held, and what to do about it; nil when it is.
  package var refusal: String?
  package var remedy: String?

  package init(
    name: String, indicators: Int, refused: Int, ageSeconds: Int64?, everySeconds: Int64,
    refusal: String?, remedy: String?
  ) {
    self.name = name
    self.indicators = indicators
    self.refused = refused
    self.ageSeconds = ageSeconds
    self.everySeconds = everySeconds
    self.refusal = refusal
    self.remedy = remedy
  }

  package var finding: Finding {
    let what = "feed \(name)"
    guard let ageSeconds else {
      guard let refusal else {
        return .warn(
          what, "nothing is held yet: it is fetched for the first time",
          fix: "ask again in a minute")
      }
      return .fail(what, "nothing is held: \(refusal)", fix: fix)
    }
    let held = "\(indicators) indicators, \(Self.time(ageSeconds)) old"
    if let refusal { return .warn(what, "keeps \(held): \(refusal)", fix: fix) }
    guard ageSeconds <= everySeconds * Self.periods else {
      return .warn(
        what, "\(held), though it is fetched every \(Self.time(everySeconds))",
        fix: "look in Flyball's log for what became of its fetches")
    }
    return .ok(what, refused > 0 ? "\(held), \(refused) entries refused" : held)
  }

  /// Whoever may not be told the reason is told who may.
  private var fix: String { remedy ?? "ask who may see the whole mesh" }

  private static func time(_ seconds: Int64) -> String {
    switch seconds {
    case ..<120: "\(max(seconds, 0)) s"
    case ..<7_200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: "\(seconds / 86_400) d"
    }
  }

  /// As the alert that is shipped has it.
  private static let periods: Int64 = 3
}
