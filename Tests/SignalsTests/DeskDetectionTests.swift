internal import MeshModel
internal import Testing

@testable internal import Signals

struct DeskDetectionTests {
  @Test("each open incident about a workload is a detection, the gravest first")
  func gravest() throws {
    var scenario = DeskScenario()
    scenario.deliver([DeskScenario.item("1", name: "slow", severity: .low)])
    let first = scenario.now
    scenario.wait(seconds: 5)
    scenario.deliver([
      DeskScenario.item("2", name: "intrusion", severity: .critical),
      DeskScenario.item("3", name: "intrusion", severity: .low),
    ])
    let detections = scenario.desk.detections(against: Sample.web, at: scenario.now)
    #expect(detections.map(\.alert?.name) == ["intrusion", "slow"])
    #expect(detections.allSatisfy { $0.subject == .workload(Sample.web) && $0.detector == .alert })
    #expect(detections.map(\.score) == [SigmaLevel.critical.score, SigmaLevel.low.score])
    #expect(detections.map(\.corroborated) == [0, 0])
    #expect(detections.map(\.failures) == [2, 1])
    #expect(detections.map(\.onset) == [scenario.now, first])
    #expect(detections.map(\.alert?.senders) == [["am"], ["am"]])
    #expect(scenario.desk.detections(at: scenario.now) == [Sample.web: detections])
  }

  @Test("what a second sender reports corroborates as far as both are grave")
  func corroborated() throws {
    var scenario = DeskScenario()
    scenario.deliver([DeskScenario.item("1", severity: .critical)])
    scenario.deliver([DeskScenario.item("1", name: "other", severity: .medium)], by: "falco")
    let detections = scenario.desk.detections(against: Sample.web, at: scenario.now)
    #expect(detections.map(\.score) == [SigmaLevel.critical.score, SigmaLevel.medium.score])
    #expect(detections.map(\.corroborated) == [SigmaLevel.medium.score, SigmaLevel.medium.score])
    #expect(detections.map(\.alert?.senders) == [["am", "falco"], ["am", "falco"]])
  }

  @Test("a lesser alert, or one that does not say how grave it is, makes nobody a second voice")
  func lesserVoice() throws {
    for severity in [SigmaLevel.low, .informational, nil] {
      var scenario = DeskScenario()
      scenario.deliver([DeskScenario.item("1", severity: .critical)])
      scenario.deliver([DeskScenario.item("1", severity: severity)], by: "falco")
      let detections = scenario.desk.detections(against: Sample.web, at: scenario.now)
      #expect(detections.map(\.corroborated) == [0, 0])
      #expect(detections.map(\.alert?.senders) == [["am"], ["falco"]])
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
    for number in 0..<34 {
      let signal = Sample.signal("\(number)", labels: labels)
      scenario.deliver([AttributedSignal(signal, .nobody)])
    }
    #expect(scenario.answers.last?.status == 429)
  }

  @Test("what is over, and what is about nobody, tells against nobody")
  func nobody() {
    var scenario = DeskScenario()
    scenario.deliver([DeskScenario.item("1", about: .nobody)])
    scenario.deliver([DeskScenario.item("2")])
    #expect(scenario.desk.detections(at: scenario.now).keys.map(\.self) == [Sample.web])
    scenario.deliver([DeskScenario.item("2", .resolved(at: nil))])
    #expect(scenario.desk.detections(at: scenario.now).isEmpty)
    #expect(scenario.desk.detections(against: Sample.web, at: scenario.now).isEmpty)
  }
}
