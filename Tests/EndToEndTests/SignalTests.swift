internal import Access
internal import ControlClient
internal import ControlViews
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Synchronization
internal import Testing

extension EndToEndTests {
  @Test(
    "what was answered with 202 is known after kill -9, and acts again", .timeLimit(.minutes(3)))
  func killedReceiver() async throws {
    try await SignalMesh.with { run, url, token in
      let headers = ["Authorization: Bearer \(token)"]
      let accepted = SignalMesh.Counts<Int>()
      // Several at once, so that the end comes between a receipt and its answer for some.
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            guard
              let answer = try? await SignalMesh.send(SignalMesh.alert(number), to: url, headers),
              answer.status == 202
            else { return }
            if accepted.add(number) == 10 { run.process("flyball")?.kill() }
          }
        }
      }
      run.process("flyball")?.waitUntilExit()
      let known = accepted.all.keys.sorted()
      #expect(known.count >= 10)
      try await run.startFlyball()
      // Of what was not answered nobody knows; sent again it counts once.
      for number in 0..<40 {
        let answer = try await SignalMesh.send(SignalMesh.alert(number), to: url, headers)
        let isKnown = answer.text == "0 new, 1 known\n"
        #expect(
          answer.status == 202 && (isKnown || !known.contains(number)), "\(number): \(answer)")
        let again = try await SignalMesh.send(SignalMesh.alert(number), to: url, headers)
        #expect(again.text == "0 new, 1 known\n", "\(number): \(again)")
      }
      let incidents = try await run.client.incidents()
      #expect(incidents.map(\.firing) == [40])
      _ = try await run.waitForAction(seconds: 30, "the alert to act after the restart") {
        $0.policy == "alerts" && $0.subject == SignalMesh.reports
          && ["applying", "verifying", "holding"].contains($0.state)
      }
      try await SignalMesh.waitForStatus(429, run)
    }
  }

  @Test(
    "what is not a sender's own, too large or no JSON is refused with the right status",
    .timeLimit(.minutes(3)))
  func refusedDeliveries() async throws {
    try await SignalMesh.with { run, url, token in
      let good = ["Authorization: Bearer \(token)"]
      let alert = SignalMesh.alert(1)
      let other = String(token.dropLast()) + (token.hasSuffix("0") ? "1" : "0")
      let bomb = Array(String(repeating: "[", count: 100_000).utf8)
      let cases: [(String, [String], [UInt8], Int)] = [
        (url, [], alert, 401),
        // Nobody who is no sender has anything parsed.
        (url, [], bomb, 401),
        (url, ["Authorization: Bearer \(other)"], alert, 401),
        (url, ["Authorization: Basic YTpi"], alert, 400),
        (url, good + good, alert, 400),
        (url + "x", good, alert, 404),
        (url, good + ["Content-Encoding: gzip"], alert, 415),
        (url, good, [UInt8](repeating: 0x20, count: (1 << 20) + 1), 413),
        (url, good, bomb, 400),
        (url, good, Array("{}".utf8), 400),
        (url, good, Array("{\"version\": \"4\", \"version\": \"4\", \"alerts\": []}".utf8), 400),
        (url, good, alert, 202),
      ]
      for (number, (url, headers, body, status)) in cases.enumerated() {
        let answer = try await SignalMesh.send(body, to: url, headers)
        #expect(answer.status == status, "case \(number): \(answer)")
      }
      let scanner = url.replacing("alertmanager", with: "scanner")
      #expect(try await SignalMesh.send(alert, to: scanner, good).status == 401)
      try await Self.refusedAtOnce(url, good)
      let metrics = try await TestMesh.metrics(run)
      for (sender, status, count) in [
        ("alertmanager", 401, 3), ("alertmanager", 413, 3), ("alertmanager", 415, 1),
        ("(unknown)", 404, 1), ("scanner", 401, 1),
      ] {
        let line = "deliveries_total{sender=\"\(sender)\",status=\"\(status)\"} \(count).0"
        #expect(metrics.contains("flyball_signal_" + line))
      }
      #expect(metrics.contains("flyball_incidents{sender=\"alertmanager\"} 1.0"))
    }
  }

  /// Bodies whose end nobody waits for.
  private static func refusedAtOnce(_ url: String, _ headers: [String]) async throws {
    let client = RawClient(port: try #require(URL(string: url)?.port))
    let head = (["POST /signals/alertmanager HTTP/1.1", "Host: localhost"] + headers)
      .joined(separator: "\r\n")
    let announced = try await client.send(head + "\r\nContent-Length: 2147483648\r\n\r\n")
    #expect(announced?.status == 413)
    let chunk = "40000\r\n" + String(repeating: " ", count: 0x40000) + "\r\n"
    let chunked = try await client.send(
      [head + "\r\nTransfer-Encoding: chunked\r\n\r\n"] + Array(repeating: chunk, count: 5))
    #expect(chunked.answer?.status == 413)
  }

  @Test(
    "who is slow with a delivery is cut off in time, and holds up nobody", .timeLimit(.minutes(3)))
  func slowDeliveries() async throws {
    try await SignalMesh.with { run, url, token in
      let port = try #require(URL(string: url)?.port)
      let head = """
        POST /signals/alertmanager HTTP/1.1\r
        Host: localhost\r
        Authorization: Bearer \(token)\r
        Content-Length: 60000\r
        \r

        """
      let drops = Array(repeating: "a", count: 60)
      async let body = RawClient(port: port).send(
        [head] + drops, pause: .milliseconds(500), seconds: 40)
      async let unnamed = RawClient(port: port).send(
        ["POST /signals/"] + drops, pause: .milliseconds(500), seconds: 40)
      let answer = try await SignalMesh.send(
        SignalMesh.alert(1), to: url, ["Authorization: Bearer \(token)"])
      #expect(answer.status == 202)
      for result in [try await body, try await unnamed] {
        #expect(result.isClosed || result.answer.map { $0.status >= 400 } == true)
      }
      try await SignalMesh.waitForStatus(429, run)
      try await run.wait(seconds: 10, for: "the slow delivery to be counted") {
        try await TestMesh.metrics(run).contains(
          "flyball_signal_deliveries_total{sender=\"alertmanager\",status=\"408\"} 1.0")
      }
    }
  }

  @Test(
    "a sender at ten times its rate is told to wait, and an attack is cut off meanwhile",
    .timeLimit(.minutes(3)))
  func floodOfSignals() async throws {
    try await SignalMesh.with { run, url, token in
      let headers = ["Authorization: Bearer \(token)"]
      let statuses = SignalMesh.Counts<Int>()
      let flood = Task {
        await withTaskGroup(of: Void.self) { group in
          for worker in 0..<4 {
            group.addTask {
              let connection = HTTPConnection()
              var number = worker
              while !Task.isCancelled {
                let answer = try? await SignalMesh.send(
                  SignalMesh.alert(number, about: "spiffe://shop.demo/ns/shop/sa/nobody"), to: url,
                  headers, on: connection)
                statuses.add(answer?.status ?? 0)
                number += 4
              }
            }
          }
        }
      }
      defer { flood.cancel() }
      try await run.wait(seconds: 30, for: "the sender to be told to wait") {
        statuses.all[429] ?? 0 > 1_000
      }
      try await TestMesh.attacking(run) { _ in _ = try await TestMesh.quarantined(run) }
      let seen = statuses.all
      #expect(Set(seen.keys) == [202, 429], "\(seen)")
      // A burst of 120, and two more a second.
      #expect(seen[202] ?? 0 < 300, "\(seen)")
      #expect(
        try await TestMesh.metrics(run).contains("flyball_incidents{sender=\"alertmanager\"} 1.0"))
    }
  }
}
