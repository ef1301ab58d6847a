internal import MeshModel

/// Which rules can match a request at all, by what each request has one of: its method and its status.
///
/// Many rules ask for a refusal or a method, and have no pattern that points to them. Most requests
/// are done with them without a look at any.
struct RuleNarrowing: Sendable {
  /// Of 64 rules each.
  private let words: Int
  /// The rules that are left, as bits: for each method, then for each class of statuses.
  private var left: [UInt64] = []
  /// For each status where in `left` its class is; statuses that all rules treat alike share one.
  private var classes: [Int32] = []

  /// Statuses from here on, which no server sends, leave all rules.
  private static let statuses = 1_000

  /// `conditions` of the rules are over `predicates`.
  init(_ conditions: [RuleCondition], _ predicates: [RulePredicate]) {
    words = (conditions.count + 63) / 64
    var texts = RequestTexts()
    let methods = predicates.map { $0.item.isAnswered(by: .method) ? $0.item : nil }
    for method in RequestMethod.allCases {
      texts.load(method, status: 0)
      append(conditions, Prospect.of(methods, texts))
    }
    let statuses = predicates.map { $0.item.isAnswered(by: .status) ? $0.item : nil }
    var known: [[Bool]: Int32] = [:]
    for status in 0..<UInt16(Self.statuses) {
      texts.load(.unknown, status: status)
      let prospects = Prospect.of(statuses, texts)
      let answers = prospects.compactMap { $0.map(\.canHold) }
      if known[answers] == nil {
        known[answers] = Int32(left.count)
        append(conditions, prospects)
      }
      classes.append(known[answers] ?? 0)
    }
    classes.append(Int32(left.count))
    left += Array(repeating: .max, count: words)
  }

  /// Where the rules are that the request's method and its status leave.
  func places(of texts: borrowing RequestTexts) -> (method: Int, status: Int) {
    let status = min(Int(texts.number(of: .status) ?? 0), Self.statuses)
    return (Int(texts.method.rawValue) &* words, Int(classes[status]))
  }

  /// The rules of a word that are left by both.
  func left(_ word: Int, _ places: (method: Int, status: Int)) -> UInt64 {
    left[places.method &+ word] & left[places.status &+ word]
  }

  private mutating func append(_ conditions: [RuleCondition], _ prospects: [Prospect?]) {
    var bits = Array(repeating: UInt64(0), count: words)
    for (rule, condition) in conditions.enumerated()
    where Prospect(condition, prospects).canHold {
      bits[rule >> 6] |= 1 << UInt64(rule & 63)
    }
    left += bits
  }
}
