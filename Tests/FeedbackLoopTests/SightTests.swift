internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct SightTests {
  private func verdict(_ change: (inout Scenario) -> Void) -> String? {
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    change(&scenario)
    scenario.wait(milliseconds: 2_000)
    return scenario.action?.verdict?.text
  }

  private let unseen = "inconclusive: behaviour: no request was seen stopped in its name: "

  @Test("a verdict that lacks behaviour says whether anybody could have seen any")
  func reasons() {
    #expect(
      verdict { _ in }
        == unseen + "the subject was silent (3 of 3 proxies report), and no probe was answered at"
        + " payments, users")
    #expect(
      verdict { scenario in
        for node in ["payments", "users"] {
          scenario.give(.reporting(Scenario.proxy(node), isOpen: false))
        }
        scenario.give(.dropped(Scenario.proxy("reports"), total: 1))
        scenario.give(.dropped(Scenario.proxy("reports"), total: 2))
      } == unseen + "no proxy in scope reports its log (0 of 3)")
  }

  @Test("of a throttle it says whether the subject was silent or below the limit")
  func throttle() {
    for isServed in [true, false] {
      var scenario = Scenario.probed()
      scenario.detect(corroborated: 0)
      scenario.wait(milliseconds: 200)
      scenario.record()
      scenario.acknowledgeAll()
      scenario.settle()
      if isServed { scenario.serve() }
      scenario.wait(milliseconds: 1_400)
      #expect(
        scenario.action?.verdict?.text
          == unseen
          + (isServed
            ? "what it sent was below the limit (3 of 3 proxies report)"
            : "the subject was silent (3 of 3 proxies report)"))
    }
  }

  @Test("without an address for any probe it says so")
  func noProbes() {
    var scenario = Scenario()
    scenario.reach("verifying")
    scenario.wait(milliseconds: 2_000)
    #expect(
      scenario.action?.verdict?.text
        == unseen
        + "the subject was silent (3 of 3 proxies report), and no proxy in scope can be probed")
  }
}
