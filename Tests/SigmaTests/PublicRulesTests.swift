import Sigma
import Testing

@Suite("Public rules")
struct PublicRulesTests {
  @Test(
    "every public rule of categories webserver and proxy is taken as it is",
    .enabled(if: PublicData.folder != nil, "skipped: no evaluation data (FLYBALL_DATA)"))
  func load() throws {
    let files = try PublicData.ruleFiles()
    let set = try RuleSet.compile(files)
    #expect(set.rules.count == files.count)
    #expect(set.rules.allSatisfy { $0.rule.author != nil && $0.rule.level != nil })
  }
}
