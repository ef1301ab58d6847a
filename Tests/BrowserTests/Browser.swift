internal import CurlHTTP
internal import DemoMesh
internal import Foundation

/// Chromium, driven through its WebDriver (W3C) by plain HTTP. It ends with its test.
final class Browser: Sendable {
  private let driver: ChildProcess
  private let base: String
  private let session: String
  private let profile: String

  /// An element, as the driver names it.
  struct Element: Sendable {
    fileprivate let id: String
  }

  init() async throws {
    let port = FreePort.find(1)[0]
    profile = NSTemporaryDirectory() + "flyball-browser-\(UInt32.random(in: 0 ... .max))"
    driver = try ChildProcess(
      name: "chromedriver", executable: "/usr/bin/chromedriver", arguments: ["--port=\(port)"],
      logPath: profile + ".log")
    base = "http://127.0.0.1:\(port)"
    let driver = driver
    do {
      try await Self.wait(seconds: 20, for: "the driver") {
        guard driver.isRunning else { throw DemoError("chromedriver ended: \(driver.lastOutput)") }
        return (try? await Self.send("GET", "http://127.0.0.1:\(port)/status")) != nil  // Not up.
      }
      let options: [String: Any] = [
        "binary": "/usr/bin/chromium",
        "args": [
          "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
          "--disable-dev-shm-usage", "--user-data-dir=\(profile)", "--lang=en",
        ],
      ]
      let answer = try await Self.send(
        "POST", base + "/session",
        [
          "capabilities": [
            "alwaysMatch": [
              "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
            ]
          ]
        ], milliseconds: 60_000)
      guard let id = (answer as? [String: Any])?["sessionId"] as? String else {
        throw DemoError("no session: \(answer ?? "nothing")")
      }
      session = base + "/session/" + id
    } catch {
      driver.kill()
      throw error
    }
  }

  func end() async {
    _ = try? await Self.send("DELETE", session)  // It is killed all the same.
    driver.kill()
    driver.waitUntilExit()
    for path in [profile, profile + ".log"] {
      try? FileManager.default.removeItem(atPath: path)  // Temporary.
    }
  }

  func open(_ address: String) async throws { try await post("url", ["url": address]) }

  var address: String {
    get async throws { try await get("url") as? String ?? "" }
  }

  var title: String {
    get async throws { try await get("title") as? String ?? "" }
  }

  /// The first element that a selector finds.
  func find(_ selector: String) async throws -> Element {
    let answer = try await post("element", ["using": "css selector", "value": selector])
    guard let id = (answer as? [String: Any])?.values.first as? String else {
      throw DemoError("no element \(selector)")
    }
    return Element(id: id)
  }

  func text(_ selector: String) async throws -> String {
    try await get("element/\(find(selector).id)/text") as? String ?? ""
  }

  /// A part that is renewed at this very moment is looked for again, as a person would.
  func click(_ selector: String) async throws {
    let deadline = ContinuousClock.now + .seconds(5)
    while true {
      do {
        try await post("element/\(find(selector).id)/click", [:])
        return
      } catch let error as DemoError {
        guard "\(error)".contains("stale element"), ContinuousClock.now < deadline else {
          throw error
        }
      }
    }
  }

  func type(_ text: String, into selector: String) async throws {
    try await post("element/\(find(selector).id)/value", ["text": text])
  }

  /// Presses keys one after the other, wherever the cursor is.
  func press(_ keys: String...) async throws {
    let actions = keys.flatMap { key in
      [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]]
    }
    try await post("actions", ["actions": [["type": "key", "id": "keys", "actions": actions]]])
  }

  static let enter = "\u{E007}"
  static let tab = "\u{E004}"
  static let escape = "\u{E00C}"

  /// What a function's body returns, run in the page.
  @discardableResult
  func run(_ script: String, _ arguments: [any Sendable] = []) async throws -> Any? {
    try await post("execute/sync", ["script": script, "args": arguments])
  }

  /// A command of Chromium's own protocol.
  @discardableResult
  func tool(_ command: String, _ parameters: [String: Any] = [:]) async throws -> Any? {
    try await post("goog/cdp/execute", ["cmd": command, "params": parameters])
  }

  func resize(_ width: Int, _ height: Int = 900) async throws {
    try await tool(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  func prefer(dark: Bool) async throws {
    try await tool(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
  }

  /// What the browser warned of since it was asked last; its advice to developers is no warning.
  func complaints() async throws -> [String] {
    let entries = try await post("se/log", ["type": "browser"]) as? [[String: Any]] ?? []
    return entries.filter { ["WARNING", "SEVERE"].contains($0["level"] as? String) }
      .compactMap { $0["message"] as? String }
  }

  /// A picture of the page from its top, in PNG.
  func picture(width: Int, height: Int) async throws -> Data {
    let answer = try await tool(
      "Page.captureScreenshot",
      [
        "captureBeyondViewport": true,
        "clip": ["x": 0, "y": 0, "width": width, "height": height, "scale": 1],
      ])
    guard let text = (answer as? [String: Any])?["data"] as? String,
      let data = Data(base64Encoded: text)
    else { throw DemoError("no picture") }
    return data
  }

  /// Waits until the page shows the text.
  func shows(_ text: String, in selector: String = "main", seconds: Double = 15) async throws {
    do {
      try await Self.wait(seconds: seconds, for: "'\(text)'") {
        // The page may be on its way.
        (try? await self.text(selector))?.contains(text) == true
      }
    } catch {
      throw DemoError("\(error); it shows: \((try? await self.text("body")) ?? "nothing")")
    }
  }

  static func wait(
    seconds: Double, for what: String, _ condition: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw DemoError("waited \(seconds) s for \(what)")
  }

  @discardableResult
  private func post(_ path: String, _ body: [String: Any]) async throws -> Any? {
    try await Self.send("POST", session + "/" + path, body)
  }

  private func get(_ path: String) async throws -> Any? {
    try await Self.send("GET", session + "/" + path)
  }

  private static func send(
    _ method: String, _ url: String, _ body: [String: Any]? = nil, milliseconds: Int = 30_000
  ) async throws -> Any? {
    let data = try body.map { try JSONSerialization.data(withJSONObject: $0) }
    let answer = try await HTTPConnection().send(
      HTTPRequest(
        method: method, url: url, headers: ["Content-Type: application/json"],
        body: data.map { Array($0) }, timeoutMilliseconds: milliseconds))
    let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    guard answer.status == 200 else {
      throw DemoError("\(url): \((object?["value"] as? [String: Any])?["message"] ?? answer.text)")
    }
    return object?["value"]
  }
}
