internal import Doctor
internal import Foundation
internal import Testing

struct DiagnosisTests {
  private let diagnosis = Diagnosis([
    .ok("configuration", "/etc/flyball/flyball.yaml"),
    .warn("acting", "paused: no new action starts", fix: "flyball resume"),
    .fail(
      "listen.proxies",
      "/etc/flyball/flyball.yaml:12:14: listen.proxies: cannot listen on 10.0.0.5:15010: Address"
        + " already in use",
      fix: "stop what listens there ('ss -ltnp' names it), or choose another port"),
    .warn(
      "history",
      "/a/path/that/is/longer/than/a/line/of/the/report/and/that/nobody/wants/to/see/broken",
      fix: "none"),
  ])

  @Test("each finding is a line of at most 100 columns, with its remedy, words unbroken")
  func text() throws {
    let text = diagnosis.text(width: 100) { _, level in level }
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/diagnosis.txt")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try (text + "\n").write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try text + "\n" == String(contentsOf: golden, encoding: .utf8))
    #expect(
      text.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.contains("/a/path") })
  }

  @Test("only what failed makes the diagnosis fail")
  func failure() {
    #expect(diagnosis.hasFailed)
    #expect(!Diagnosis([.ok("a", "b"), .warn("c", "d", fix: "e")]).hasFailed)
  }
}
