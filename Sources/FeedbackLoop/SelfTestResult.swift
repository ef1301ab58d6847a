package import MeshModel

/// What came of one self-test.
package struct SelfTestResult: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    /// `lacks`: proxies that were configured to give a proof and gave none, though others did.
    case passed(lacks: [Lack])
    /// Dead at this stage.
    case failed(SelfTestStage, String)
    /// Something real came first: it tells nothing.
    case brokenOff(String)
  }

  package struct Reached: Hashable, Sendable {
    package var stage: SelfTestStage
    /// Since the stage before it.
    package var milliseconds: Double
  }

  package var action: ActionID
  package var began: Timestamp
  package var ended: Timestamp
  package var outcome: Outcome
  package var reached: [Reached]

  package var deadStage: SelfTestStage? {
    if case .failed(let stage, _) = outcome { stage } else { nil }
  }

  /// What to do; nil where nothing is to be done.
  package var remedy: String? {
    switch outcome {
    case .passed(let lacks) where lacks.isEmpty: nil
    case .passed(let lacks):
      (lacks.contains { $0.rung == .accepted } ? SelfTestStage.act : .verify).remedy
    case .failed(let stage, _): stage.remedy
    case .brokenOff: nil
    }
  }

  package var text: String {
    switch outcome {
    case .passed(let lacks):
      "passed in \(Self.seconds(ended.milliseconds(since: began)))"
        + Self.missing(lacks)
    case .failed(let stage, let reason): "failed at \(stage.rawValue): \(reason)"
    case .brokenOff(let reason): "broken off: \(reason)"
    }
  }

  /// Each stage that was reached, and how long it took.
  package var course: String {
    reached.map { "\($0.stage.rawValue) \(Self.seconds($0.milliseconds))" }
      .joined(separator: ", ")
  }

  private static func missing(_ lacks: [Lack]) -> String {
    guard !lacks.isEmpty else { return "" }
    let named = lacks.prefix(namedLacks).map(\.text).joined(separator: "; ")
    let more = lacks.count - namedLacks
    return "; missing: " + named + (more > 0 ? "; and \(more) more" : "")
  }

  private static let namedLacks = 8

  private static func seconds(_ milliseconds: Double) -> String {
    "\(milliseconds.rounded() / 1_000) s"
  }
}
