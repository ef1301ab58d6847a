internal import Doctor
internal import Testing

/// What the doctor makes of the daemon's tests of its own loop.
struct SelfTestFactsTests {
  private func finding(
    _ outcome: SelfTestFacts.Outcome?, age: Double? = 60, heldBack: String? = nil
  ) -> Finding? {
    let facts = DaemonFacts(
      processID: 9, isPaused: false, unsafe: nil, isHistoryWritable: true, load: "normal",
      openActions: 0, proxies: [],
      gateways: [], stages: [], filters: [],
      selfTest: SelfTestFacts(
        everySeconds: 3_600, secondsWithoutPass: age, heldBack: heldBack,
        last: outcome.map { .init($0, text: "what it told", began: "T") }))
    return facts.findings.first { $0.what == "self-test" }
  }

  @Test("a test that passed is told, and one where proofs are missing with what to do")
  func passed() {
    #expect(
      finding(.passed(remedy: nil)) == .ok("self-test", "what it told, begun at T"))
    #expect(
      finding(.passed(remedy: "look"))
        == .warn("self-test", "what it told, begun at T", fix: "look"))
  }

  @Test("a dead stage fails the diagnosis, and the remedy is told")
  func failed() {
    #expect(
      finding(.failed(remedy: "mend it"), age: nil, heldBack: "Flyball is paused")
        == .fail(
          "self-test", "what it told, begun at T; the next waits: Flyball is paused",
          fix: "mend it"))
  }

  @Test("a pass that is long ago is no pass of now")
  func stale() {
    #expect(
      finding(.passed(remedy: nil), age: 7_201, heldBack: "action fb-1 is open")?.level == .warn)
    #expect(
      finding(.passed(remedy: nil), age: 7_199, heldBack: "action fb-1 is open")?.level == .ok)
  }

  @Test("before the first test, and where there is none, that is told")
  func none() {
    #expect(finding(nil, age: nil) == .ok("self-test", "none was made yet"))
    let off = DaemonFacts(
      processID: 9, isPaused: false, unsafe: nil, isHistoryWritable: true, load: "normal",
      openActions: 0, proxies: [],
      gateways: [], stages: [], filters: [])
    #expect(
      off.findings.contains(
        .ok("self-test", "off: selfTest.every says so, or no proxy has a 'probe'")))
  }
}
