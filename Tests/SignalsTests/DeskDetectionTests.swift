internal import MeshModel
internal import Testing

@testable internal import Signals

struct DeskDetectionTests {
  @Test("open incidents about a workload are one detection, told by the gravest")
  func gravest() throws {
    var scenario = DeskScenario()
    scenario.deliver([DeskScenario.item("1", name: "slow", severity: .low)])
    let first = scenario.now
    scenario.wait(seconds: 5)
    scenario.deliver([DeskScenario.item("2", name: "intrusion", severity: .critical)])
    let detection = try #require(scenario.desk.detection(against: Sample.web, at: scenario.now))
    #expect(detection.subject == .workload(Sample.web))
    #expect(detection.detector == .alert)
    #expect(detection.score == SigmaLevel.critical.score)
    #expect(detection.corroborated == 0)
    #expect(detection.failures == 2)
    #expect(detection.onset == first)
    #expect(detection.alert?.name == "intrusion")
    #expect(detection.alert?.senders == ["am"])
  }

  @Test("what a second sender reports corroborates as far as it is grave itself")
  func corroborated() throws {
    var scenario = DeskScenario()
    scenario.deliver([DeskScenario.item("1", severity: .critical)])
    scenario.deliver([DeskScenario.item("1", name: "other", severity: .medium)], by: "falco")
    let detection = try #require(scenario.desk.detection(against: Sample.web, at: scenario.now))
    #expect(detection.score == SigmaLevel.critical.score)
    #expect(detection.corroborated == SigmaLevel.medium.score)
    #expect(detection.alert?.senders == ["am", "falco"])
  }

  @Test("a lesser alert, or one that does not say how grave it is, makes nobody a second voice")
  func lesserVoice() throws {
    for severity in [SigmaLevel.low, .informational, nil] {
      var scenario = DeskScenario()
      scenario.deliver([DeskScenario.item("1", severity: .critical)])
      scenario.deliver([DeskScenario.item("1", severity: severity)], by: "falco")
      let detection = try #require(scenario.desk.detection(against: Sample.web, at: scenario.now))
      #expect(detection.corroborated == 0)
      #expect(detection.alert?.senders == ["am"])
    }
  }

  @Test("a sender's word on how much it left out is no number that could overflow ours")
  func leftOut() throws {
    let text = Sample.alertmanager([Sample.alert(), "7"]).replacing(
      "\"truncatedAlerts\":0", with: "\"truncatedAlerts\":\(Int.max)")
    let reading = try Sample.read(text)
    #expect(reading.refused.count == 1)
    #expect(reading.leftOut == 1_000_000)
  }

  @Test("large signals use up the budget of news as many small ones do")
  func weight() {
    var scenario = DeskScenario()
    let labels = Dictionary(
      uniqueKeysWithValues: (0..<64).map { ("l\($0)", String(repeating: "x", count: 2_000)) })
    for number in 0..<33 {
      let signal = Sample.signal("\(number)", labels: labels)
      scenario.deliver([AttributedSignal(signal, .nobody)])
    }
    #expect(scenario.desk.admit(DeskScenario.sender, at: scenario.now)?.status == 429)
  }

  @Test("what is over, and what is about nobody, tells against nobody")
  func nobody() {
    var scenario = DeskScenario()
    scenario.deliver([DeskScenario.item("1", about: .nobody)])
    scenario.deliver([DeskScenario.item("2")])
    #expect(scenario.desk.accused == [Sample.web])
    scenario.deliver([DeskScenario.item("2", .resolved(at: nil))])
    #expect(scenario.desk.accused.isEmpty)
    #expect(scenario.desk.detection(against: Sample.web, at: scenario.now) == nil)
  }
}
