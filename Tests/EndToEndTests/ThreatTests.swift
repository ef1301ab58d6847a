internal import ControlClient
internal import ControlViews
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "a client whose agent a feed lists is cut off at its gateway, with who says so",
    .enabled(if: !OutsideClient.ownAddresses.isEmpty, "needs an address beside loopback"),
    .timeLimit(.minutes(2)))
  func listedClient() async throws {
    let address = try #require(OutsideClient.ownAddresses.first)
    let list =
      FileManager.default.temporaryDirectory.path
      + "/flyball-agents-\(UInt32.random(in: 0 ... .max)).txt"
    try "# Known scanners\nevil-scanner/1.0\n".write(
      toFile: list, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: list) }  // Only a temporary file.
    try await TestMesh.with(configure: { options in
      options.hasGateway = true
      options.workloads = Workload.shop
      options.configuration = """
        threats:
          feeds:
            - {name: scanners, kind: list, file: "\(list)", confidence: 90, list: {content: agents}}
        """
      options.policies["listed.yaml"] = """
        apiVersion: flyball.dev/v1alpha1
        kind: ResponsePolicy
        metadata: {name: listed}
        spec:
          match: [{indicator: {minConfidence: 80, feed: scanners, type: agent}}]
          scope: {clients: true}
          steps: [{action: quarantine}]
          verify: {within: 3s}
          revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 3s}}

        """
    }) { run, load in
      try await run.wait(seconds: 10, for: "the feed") {
        try await TestMesh.metrics(run).contains("flyball_indicators{feed=\"scanners\"} 1.0")
      }
      let port = run.mesh.ports["ingress"]?.inbound ?? 0
      let client = try OutsideClient(from: address, toLoopback: port)
      #expect(try client.status(of: "/", agent: "harmless/1.0") == 200)
      #expect(try client.status(of: "/", agent: "evil-scanner/1.0") == 200)
      let found = try await run.waitForAction(seconds: 10, "an action against the client") {
        $0.subject.hasPrefix("\(address) at ") && $0.stage == "quarantine"
      }
      #expect(found.policy == "listed" && found.detector == "indicator")
      let indicator = try #require(found.indicator)
      #expect(indicator.feed == "scanners" && indicator.entry == "2")
      #expect(indicator.value == "evil-scanner/1.0" && indicator.confidence == 90)
      #expect(indicator.since != nil && indicator.until != nil)
      _ = try await run.waitForAction(seconds: 10, "the proof") { action in
        // Refused otherwise.
        _ = try? client.status(of: "/", agent: "evil-scanner/1.0")
        return action.id == found.id && action.verdict == "effective"
      }
      #expect(await TestMesh.status(run.mesh.external(path: "/")) == 200)
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_indicator_hits_total"))
      #expect(metrics.contains("flyball_feed_keeping{feed=\"scanners\"} 0.0"))
    }
  }

  /// A gateway whose clients' fingerprints are looked up in that file.
  private static func fingerprintFeed(_ file: String, in options: inout ShopMesh.Options) {
    options.hasGateway = true
    options.workloads = Workload.shop
    options.takesFingerprints = true
    options.configuration = """
      threats:
        feeds:
          - {name: tools, kind: list, file: "\(file)", confidence: 90, list: {content: fingerprints}}
      """
    options.policies["listed.yaml"] = """
      apiVersion: flyball.dev/v1alpha1
      kind: ResponsePolicy
      metadata: {name: listed}
      spec:
        match: [{indicator: {minConfidence: 80, type: fingerprint}}]
        scope: {clients: true}
        steps: [{action: quarantine}]
        verify: {within: 3s}
        revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 3s}}

      """
  }

  @Test(
    "a client that opens TLS as a feed lists is cut off at its gateway",
    .enabled(if: !OutsideClient.ownAddresses.isEmpty, "needs an address beside loopback"),
    .timeLimit(.minutes(2)),
    arguments: [
      ("ja3", Bootstrap.AccessLog.service), ("ja4", .service), ("ja3", .openTelemetry),
      ("ja4", .openTelemetry),
    ])
  func listedFingerprint(kind: String, accessLog: Bootstrap.AccessLog) async throws {
    let address = try #require(OutsideClient.ownAddresses.first)
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-lists-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only temporary files.
    try (String(repeating: "0", count: 32) + "\n").write(
      toFile: folder + "/another.txt", atomically: true, encoding: .utf8)
    try await TestMesh.with(configure: { options in
      options.accessLog = accessLog
      Self.fingerprintFeed(folder + "/another.txt", in: &options)
    }) { run, _ in
      try await run.wait(seconds: 10, for: "the feed") {
        try await TestMesh.metrics(run).contains("flyball_indicators{feed=\"tools\"} 1.0")
      }
      let url = "https://127.0.0.1:\(run.mesh.ports["ingress"]?.inbound ?? 0)/"
      @Sendable func ask() throws -> String {
        try Program.run(
          "/usr/bin/env", "curl", "--silent", "--insecure", "--max-time", "3", "--interface",
          address, "--output", "/dev/null", "--dump-header", "-", url
        ).out
      }
      let served = try ask()
      #expect(served.contains(" 200"), "\(served)")
      let header = try #require(
        served.split(separator: "\r\n").first { $0.hasPrefix("x-\(kind): ") })
      let fingerprint = String(header.dropFirst(7))
      try (fingerprint + "\n").write(
        toFile: folder + "/own.txt", atomically: true, encoding: .utf8)
      let path = run.mesh.configurationPath
      try String(contentsOfFile: path, encoding: .utf8)
        .replacing("another.txt", with: "own.txt")
        .write(toFile: path, atomically: true, encoding: .utf8)
      try #require(run.process("flyball")).signal(SIGHUP)
      try await run.wait(seconds: 15, for: "a refusal") { try ask().contains(" 403") }
      let found = try await run.waitForAction(seconds: 5, "the action against the client") {
        $0.subject.hasPrefix("\(address) at ") && $0.stage == "quarantine"
      }
      #expect(found.policy == "listed" && found.detector == "indicator")
      #expect(found.indicator?.value == fingerprint && found.indicator?.feed == "tools")
      _ = try await run.waitForAction(seconds: 10, "the proof") {
        _ = try? ask()  // Refused.
        return $0.id == found.id && $0.verdict == "effective"
      }
      #expect(await TestMesh.status(run.mesh.external(path: "/")) == 200)
    }
  }

  @Test(
    "feeds that the configuration names anew are taken by SIGHUP, and the doctor tells of each",
    .timeLimit(.minutes(2)))
  func feedsAnew() async throws {
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-lists-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only temporary files.
    try "203.0.113.7\n203.0.113.8\n".write(
      toFile: folder + "/own.txt", atomically: true, encoding: .utf8)
    try await TestMesh.with { run, _ in
      let daemon = try #require(run.process("flyball"))
      let path = run.mesh.configurationPath
      let before = try String(contentsOfFile: path, encoding: .utf8)
      #expect(try await run.client.status().feeds == nil)
      func configure(_ never: String) throws {
        let text = """

          threats:
            never: [\(never)]
            feeds:
              - {name: own, kind: list, file: "\(folder)/own.txt"}
              - {name: lost, kind: list, file: "\(folder)/lost.txt"}

          """
        try (before + text).write(toFile: path, atomically: true, encoding: .utf8)
        daemon.signal(SIGHUP)
      }
      try configure("")
      try await run.wait(seconds: 10, for: "the feeds") {
        let feeds = try await run.client.status().feeds ?? []
        return feeds.first?.indicators == 2 && feeds.last?.refusal != nil
      }
      let found = try findings(path).findings
      let own = try #require(found.first { $0.what == "feed own" })
      #expect(own.level == "ok" && own.detail.hasPrefix("2 indicators, "))
      let lost = try #require(found.first { $0.what == "feed lost" })
      #expect(lost.level == "fail" && lost.detail.contains("lost.txt cannot be opened"))
      #expect(found.contains { $0.what == "threats.never" && $0.level == "warn" })
      try configure("203.0.113.8")
      try await run.wait(seconds: 10, for: "what is excluded to be gone") {
        try await run.client.status().feeds?.first?.indicators == 1
      }
      #expect(
        try findings(path).findings.contains { $0.what == "threats.never" && $0.level == "ok" })
      try (before + "\nthreats: {feeds: []}\n").write(
        toFile: path, atomically: true, encoding: .utf8)
      daemon.signal(SIGHUP)
      try await run.wait(seconds: 5, for: "the mistake in the log") {
        daemon.lastOutput.contains("the feeds stay as they are")
      }
      #expect(try await run.client.status().feeds?.first?.indicators == 1)
      #expect(!daemon.lastOutput.contains("of the configuration more changed"))
    }
  }
}
