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
