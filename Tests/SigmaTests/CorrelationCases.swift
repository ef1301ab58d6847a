import MeshModel
import YAMLNodes

@testable import Sigma

/// A request that rules matched, for correlations.
struct CorrelatedRequest: Hashable {
  var seconds: Int64
  var rules: [Int]
  var caller = "spiffe://mesh/ns/shop/sa/web"
  var service = "spiffe://mesh/ns/shop/sa/cart"
  var request = Request()

  func event(_ plan: CorrelationPlan, secret: UInt64 = 0) throws -> CorrelationEvent? {
    plan.event(
      rules, at: Timestamp(seconds: seconds), request.texts,
      caller: MeshName(try Subject(parsing: caller)),
      service: MeshName(Destination.workload(try SPIFFEID(parsing: service))), secret: secret)
  }
}

enum CorrelationCases {
  /// Rules named `rule_0` and so on; what they look for is of no matter here.
  static func rules(_ count: Int) -> [SigmaRule] {
    (0..<count).map { number in
      SigmaRule(
        id: "id-\(number)", name: "rule_\(number)", title: "Rule \(number)", references: [],
        tags: [], falsePositives: [], logSource: .webserver,
        detection: SigmaDetection(searches: [], conditions: []),
        place: Place(file: "rules.yml", line: 1, column: 1))
    }
  }

  static func correlations(_ text: String) throws(Diagnostics) -> [SigmaCorrelation] {
    let (documents, mistakes) = RuleFile(name: "test.yml", text: text).parse()
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    return documents.compactMap { document in
      guard case .correlation(let correlation) = document else { return nil }
      return correlation
    }
  }

  static func plan(_ text: String, rules count: Int = 3) throws(Diagnostics) -> CorrelationPlan {
    try CorrelationPlan(try correlations(text), rules: rules(count))
  }

  /// Every mistake in the text, by line.
  static func mistakes(_ text: String, rules count: Int = 3) -> String {
    do throws(Diagnostics) {
      _ = try plan(text, rules: count)
      return "none"
    } catch {
      return error.description
    }
  }
}
