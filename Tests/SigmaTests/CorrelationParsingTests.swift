import MeshModel
import Testing

@testable import Sigma

@Suite("Reading correlations")
struct CorrelationParsingTests {
  private static let whole = """
    title: Many failed logins, then one that works
    id: b180ead8-d58f-40b2-ae54-c8940995b9b6
    name: guessed
    status: experimental
    description: A password was guessed
    author: Somebody
    license: DRL 1.1
    references: [https://example.com]
    date: 2026-11-22
    tags: [attack.t1110]
    falsepositives: Unlikely
    level: high
    correlation:
      type: temporal_ordered
      rules: [many, rule_1]
      group-by: [caller, user]
      aliases: {user: {many: cs-username, rule_1: cs-cookie}}
      timespan: 10m
    generate: true
    ---
    title: Many failed logins
    name: many
    correlation:
      type: value_percentile
      rules: rule_0
      group-by: [caller, cs-username]
      timespan: 90s
      condition: {gt: 1.5, lte: 200, field: sc-bytes, percentile: 95}

    """

  @Test("what belongs into the correlation is refused beside it")
  func misplaced() {
    let text = """
      title: t
      timespan: 5m
      group-by: [caller]
      author-note: mine
      correlation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}
      ---
      title: a
      name: a
      logsource: {category: webserver}
      detection: {s: {cs-uri: b}, condition: s}
      """
    #expect(
      Rules.mistakes(text) == [
        "2:11: 'timespan' belongs into 'correlation', further in than here",
        "3:11: 'group-by' belongs into 'correlation', further in than here",
      ])
  }

  @Test("a correlation has all that its file says")
  func reads() throws {
    let correlations = try CorrelationCases.correlations(Self.whole)
    let (top, many) = (try #require(correlations.first), try #require(correlations.last))
    #expect(top.id == "b180ead8-d58f-40b2-ae54-c8940995b9b6" && top.name == "guessed")
    #expect(top.author == "Somebody" && top.license == "DRL 1.1" && top.level == .high)
    #expect(top.status == .experimental && top.tags == ["attack.t1110"])
    #expect(top.references == ["https://example.com"] && top.falsePositives == ["Unlikely"])
    #expect(top.type == .temporalOrdered && top.rules.map(\.text) == ["many", "rule_1"])
    #expect(top.timespanSeconds == 600 && top.generatesRules)
    #expect(top.condition == CorrelationCondition([.init(.greaterOrEqual, 2)]))
    #expect(top.aliases.first?.fields.map(\.field.text) == ["cs-username", "cs-cookie"])
    #expect(top.place == Place(file: "test.yml", line: 1, column: 1))
    #expect(
      many.condition == CorrelationCondition([.init(.greater, 1.5), .init(.lessOrEqual, 200)]))
    #expect(many.field?.text == "sc-bytes" && many.percentile == 95)
    #expect(many.id.hasPrefix("title-") && !many.generatesRules)
  }

  @Test("a correlation comes after those it counts, whatever the order of the file")
  func order() throws {
    let plan = try CorrelationCases.plan(Self.whole)
    #expect(plan.correlations.map(\.correlation.title).first == "Many failed logins")
    let top = try #require(plan.correlations.last)
    #expect(top.slots.map(\.source) == [.correlation(0), .rule(1)])
    #expect(
      top.slots.map { $0.group.map { plan.fields[$0] } }
        == [[.caller, .request(.userName)], [.caller, .request(.cookie)]])
    // The top one generates what it names, the other does not.
    #expect(plan.hiddenRules == [0] && plan.correlations.map(\.isReported) == [true, true])
  }

  private static let head = """
    title: Wrong
    name: wrong
    correlation:
      type: event_count
      rules: [rule_0]
      timespan: 1m
      condition: {gte: 2}

    """

  static let mistakes: [(change: (String, String), expected: String)] = [
    (
      ("event_count", "value_median"),
      "4:9: value_median is not supported: use value_percentile with percentile: 50"
    ),
    (
      ("event_count", "near"),
      "4:9: type must be one of event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile"
    ),
    (("[rule_0]", "[]"), "5:10: rules must name at least one rule"),
    (("[rule_0]", "[rule_0, rule_0]"), "5:19: rules names 'rule_0' twice"),
    (
      ("[rule_0]", "[nobody]"),
      "5:11: no rule or correlation has the name or id 'nobody'; a rule is named by 'name:'"
    ),
    (("[rule_0]", "[wrong]"), "5:11: 'wrong' counts this correlation itself: a circle"),
    (
      ("1m", "1w"),
      "6:13: timespan must be a whole number above 0 and s, m, h or d, such as 90s or 15m, and at most 7d"
    ),
    (
      ("1m", "0s"),
      "6:13: timespan must be a whole number above 0 and s, m, h or d, such as 90s or 15m, and at most 7d"
    ),
    (
      ("1m", "8d"),
      "6:13: timespan must be a whole number above 0 and s, m, h or d, such as 90s or 15m, and at most 7d"
    ),
    (
      ("1m", "99999999999999999999d"),
      "6:13: timespan must be a whole number above 0 and s, m, h or d, such as 90s or 15m, and at most 7d"
    ),
    (
      ("{gte: 2}", "rule_0 and not rule_1"),
      "7:14: a condition in words is not supported: write 'gte' and how many of the rules must match, or build it of several correlations"
    ),
    (
      ("{gte: 2}", "{eq: 0}"),
      "7:14: condition is never met: a window ends at an event, so it never counts 0; that something did not happen cannot be seen"
    ),
    (
      ("{gte: 2}", "{lt: 1}"),
      "7:14: condition is never met: a window ends at an event, so it never counts 0; that something did not happen cannot be seen"
    ),
    (
      ("{gte: 2}", "{gt: 5, lt: 6}"),
      "7:14: condition is never met: a window ends at an event, so it never counts 0; that something did not happen cannot be seen"
    ),
    (("{gte: 2}", "{gte: 10001}"), "7:14: condition must not ask for more than 10000"),
    (("{gte: 2}", "{gte: many}"), "7:20: gte must be a number"),
    (("{gte: 2}", "{gte: 0x10}"), "7:20: gte must be a number"),
    (("{gte: 2}", "{}"), "7:14: condition needs one of gt, gte, lt, lte, eq, neq"),
    (
      ("{gte: 2}", "{gte: 2, field: c-ip}"),
      "7:23: unknown key 'field' in condition; known are eq, gt, gte, lt, lte, neq"
    ),
    (("  condition: {gte: 2}\n", ""), "4:3: event_count needs 'condition'"),
    (("event_count", "value_count"), "7:14: condition needs 'field'"),
    (
      ("event_count", "temporal"),
      "7:14: condition is never met: between 1 and 1 of the rules match in a window"
    ),
    (
      (
        "event_count\n  rules: [rule_0]\n  timespan: 1m\n  condition: {gte: 2}",
        "temporal_ordered\n  rules: [rule_0, rule_1]\n  timespan: 1m\n  condition: {lt: 2}"
      ), "7:14: temporal_ordered can only ask for at least so many rules in order: use gte"
    ),
    (
      (
        "event_count\n  rules: [rule_0]\n  timespan: 1m\n  condition: {gte: 2}",
        "value_sum\n  rules: [rule_0]\n  timespan: 1m\n  condition: {gte: 2, field: c-ip}"
      ),
      "7:30: value_sum needs a number, and 'c-ip' is a text; numbers are cs-bytes, sc-bytes and sc-status"
    ),
    (
      (
        "event_count\n  rules: [rule_0]\n  timespan: 1m\n  condition: {gte: 2}",
        "value_percentile\n  rules: [rule_0]\n  timespan: 1m\n  condition: {gte: 2, field: sc-bytes}"
      ), "7:14: value_percentile needs 'percentile' in its condition, such as percentile: 95"
    ),
    (
      ("  timespan: 1m", "  timespan: 1m\n  group-by: [caller, caller]"),
      "7:22: group-by names 'caller' twice"
    ),
    (
      ("  timespan: 1m", "  timespan: 1m\n  aliases: {who: {rule_1: c-ip}}"),
      "7:19: 'rule_1' is not among the rules of this correlation"
    ),
    (
      ("  timespan: 1m", "  timespan: 1m\n  group-by: who\n  aliases: {who: {}}"),
      "8:13: alias 'who' does not say what it is in events of 'rule_0'"
    ),
    (
      ("  timespan: 1m", "  timespan: 1m\n  window: sliding"),
      "7:3: unknown key 'window' in correlation; known are aliases, condition, generate, group-by, rules, timespan, type"
    ),
    (
      ("title: Wrong\n", "title: Wrong\nlogsource: {category: proxy}\n"),
      "2:12: a correlation has no 'logsource': rules are documents of their own"
    ),
  ]

  @Test("what is wrong or not supported is refused with its place", arguments: mistakes.indices)
  func refuses(index: Int) {
    let (change, expected) = Self.mistakes[index]
    let text = Self.head.replacing(change.0, with: change.1)
    #expect(CorrelationCases.mistakes(text) == "test.yml:" + expected)
  }

  @Test("an alias cannot take a word of the mesh")
  func meshWords() {
    let aliases = "  timespan: 1m\n  aliases: {caller: {rule_0: c-ip}}"
    #expect(
      CorrelationCases.mistakes(Self.head.replacing("  timespan: 1m", with: aliases))
        == "test.yml:7:13: 'caller' is a word of the mesh: give the alias another name")
  }

  @Test("an unknown field is refused with all that are known")
  func unknownField() {
    let text = Self.head.replacing("  timespan: 1m", with: "  timespan: 1m\n  group-by: User")
    let mistake = CorrelationCases.mistakes(text)
    #expect(mistake.hasPrefix("test.yml:7:13: unknown field 'User'; known are caller, namespace,"))
  }

  private static func tower(_ names: [(String, String)]) -> String {
    names.map { name, below in
      """
      title: \(name)
      name: \(name)
      correlation:
        type: event_count
        rules: [\(below)]
        timespan: 1m
        condition: {gte: 1}

      """
    }.joined(separator: "---\n")
  }

  @Test("four correlations may stand on top of each other, and five may not")
  func depth() {
    let names = [("a", "rule_0"), ("b", "a"), ("c", "b"), ("d", "c")]
    #expect(CorrelationCases.mistakes(Self.tower(names)) == "none")
    #expect(
      CorrelationCases.mistakes(Self.tower([("e", "d")] + names))
        == "test.yml:5:11: more than 4 correlations on top of each other")
  }

  @Test("a circle of correlations is refused where it closes")
  func circle() {
    let names = [("a", "b"), ("b", "c"), ("c", "a")]
    #expect(
      CorrelationCases.mistakes(Self.tower(names))
        == "test.yml:21:11: 'a' counts this correlation itself: a circle")
  }

  @Test("a name of two rules is refused")
  func ambiguous() {
    let names = [("a", "rule_0"), ("a", "rule_1"), ("b", "a")]
    #expect(
      CorrelationCases.mistakes(Self.tower(names))
        == "test.yml:21:11: 'a' names 2 rules: use an id that is unique")
  }

  @Test("there can be 64 correlations")
  func many() {
    let names = (0..<65).map { ("c\($0)", "rule_0") }
    #expect(
      CorrelationCases.mistakes(Self.tower(names))
        == "test.yml:1:1: 65 correlations: there can be 64")
    #expect(CorrelationCases.mistakes(Self.tower(names.dropLast())) == "none")
  }
}
