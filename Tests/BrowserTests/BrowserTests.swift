internal import ControlClient
internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import Testing

/// The console as a person uses it: real Chromium, a real daemon, real Envoys, a real attack.
@Suite(.serialized) struct BrowserTests {
  @Test(
    "an operator sees an attack, approves, follows it, takes it back and pauses, by keyboard alone",
    .timeLimit(.minutes(4)))
  func keyboard() async throws {
    try await ConsoleMesh.with { run in
      let browser = try await Browser()
      do {
        try await Self.watch(run, browser)
        try await Self.approve(run, browser)
        try await Self.goAround(browser)
        try await Self.takeBack(browser)
        try await Self.pause(browser)
        let complaints = try await browser.complaints()
        #expect(complaints == [])
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  @Test(
    "each screen can be read and operated by everybody, narrow and wide, light and dark",
    .timeLimit(.minutes(4)))
  func everybody() async throws {
    try await ConsoleMesh.with { run in
      let browser = try await Browser()
      do {
        try await Self.logIn(run, run.alice, browser)
        try await ConsoleMesh.attacking(run) {
          try await browser.shows("Waiting for you")
          try await Self.auditAll(run, browser)
        }
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  @Test("without scripts everything can be done, too", .timeLimit(.minutes(4)))
  func withoutScripts() async throws {
    try await ConsoleMesh.with { run in
      let browser = try await Browser()
      do {
        try await browser.tool("Emulation.setScriptExecutionDisabled", ["value": true])
        try await Self.logIn(run, run.alice, browser)
        try await ConsoleMesh.attacking(run) {
          try await Browser.wait(seconds: 15, for: "the card") {
            try await browser.open(run.console + "/")
            return try await browser.text("main").contains("Waiting for you")
          }
          try await browser.click("details.approve > summary")
          try await browser.click("details.approve button")
          try await browser.shows("Your approval is recorded.")
          try await Browser.wait(seconds: 15, for: "the proof") {
            try await browser.open(run.console + "/")
            return try await browser.text("main").contains("In force")
          }
          try await browser.click("#switches details.pause > summary")
          try await browser.click("#switches details.pause button")
          try await browser.shows("Paused: no new action starts.")
        }
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  @Test(
    "who may only look has no buttons, and a forged form changes nothing", .timeLimit(.minutes(4)))
  func viewer() async throws {
    try await ConsoleMesh.with { run in
      let browser = try await Browser()
      do {
        try await Self.logIn(run, run.victor, browser)
        try await ConsoleMesh.attacking(run) {
          try await browser.shows("Waiting for you")
          #expect(
            try await browser.run("return document.querySelectorAll('.order').length") as? Int == 0)
          #expect(try await browser.text("main").contains("as viewer"))
          let status = try await browser.run(
            """
            const token = document.querySelector('input[name=formToken]').value;
            return fetch('/pause', { method: 'POST',
              body: new URLSearchParams({ formToken: token }) }).then(answer => answer.status);
            """)
          #expect(status as? Int == 403)
        }
        try await Self.logIn(run, run.alice, browser)
        let forged = try await browser.run(
          """
          return fetch('/pause', { method: 'POST',
            body: new URLSearchParams({ formToken: 'x' }) }).then(answer => answer.status);
          """)
        #expect(forged as? Int == 403)
        #expect(try await run.mesh.client.status().paused == false)
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  static func logIn(
    _ run: ConsoleMesh.Run, _ token: String, _ browser: Browser
  ) async throws {
    try await browser.resize(1440)
    try await browser.open(run.console + "/login")
    try await browser.type(token + Browser.enter, into: "input[name=token]")
    try await browser.shows("Can Flyball see and act?")
  }

  private static func watch(_ run: ConsoleMesh.Run, _ browser: Browser) async throws {
    try await browser.open(run.console + "/actions")
    #expect(try await browser.address.hasSuffix("/login"))
    try await logIn(run, run.alice, browser)
    try await browser.shows("All is quiet.", seconds: 30)
    try await Pictures.take("console-quiet", browser)
  }

  private static func approve(_ run: ConsoleMesh.Run, _ browser: Browser) async throws {
    try await ConsoleMesh.attacking(run) {
      // Nobody touches the page: it follows the loop, and says so to those who do not see it.
      try await browser.shows("1 decision waits for you.")
      #expect(
        try await browser.run("return document.getElementById('said').textContent") as? String
          == "1 decision waits for you. Nothing is in force.")
      #expect(try await browser.title.hasPrefix("(1)"))
      try await Pictures.take("console-approve", browser)
      // The score is looked at every five seconds.
      try await Browser.wait(seconds: 15, for: "a score") {
        let count = try await browser.run(
          """
          return fetch('/v1/scores').then(answer => answer.json())
            .then(list => list.scores.filter(score => score.series.length > 0).length);
          """)
        return count as? Int ?? 0 > 0
      }
      try await browser.press("j", "a")
      let says = try await browser.text("details.approve[open] p")
      #expect(says.contains("refuses all requests of reports"))
      #expect(
        try await browser.run("return document.activeElement.textContent.trim()") as? String
          == "Yes, quarantine reports")
      try await Pictures.take("console-confirm", browser)
      try await browser.press(Browser.enter)
      try await browser.shows("Your approval is recorded.")
      try await browser.shows("holding", seconds: 20)
      try await browser.shows("effective", in: ".facts")
      try await Task.sleep(for: .seconds(3))
    }
    try await browser.run(
      "document.querySelectorAll('.story details').forEach(fold => fold.open = true)")
    try await Pictures.take("console-story", browser, height: 1500)
  }

  private static func goAround(_ browser: Browser) async throws {
    try await browser.press("g", "g")
    try await browser.shows("Service graph", in: "h1")
    try await Browser.wait(seconds: 20, for: "a cut line") {
      try await browser.run("return document.querySelectorAll('.cross').length > 1") as? Bool
        == true
    }
    try await Pictures.take("console-graph", browser)
    try await browser.press("g", "s")
    try await browser.shows("Score of", in: "main")
    try await Pictures.take("console-scores", browser)
    try await browser.press("g", "a")
    try await browser.shows("Actions", in: "h1")
    try await browser.press("/")
    #expect(
      try await browser.run("return document.activeElement.name") as? String == "subject")
    try await browser.press(Browser.escape)
    try await browser.press("?")
    #expect(try await browser.run("return document.getElementById('keys').open") as? Bool == true)
    try await browser.press(Browser.escape)
    #expect(try await browser.run("return document.getElementById('keys').open") as? Bool == false)
    try await browser.press("g", "o")
    try await browser.shows("Nodes", in: "h1")
    try await browser.press("/", "p", "a", "y")
    #expect(try await browser.text(".filter output") == "1 of 6")
    try await browser.press(Browser.escape)
    try await browser.press("g", "a")
    try await browser.shows("Actions", in: "h1")
    try await browser.press("j", Browser.enter)
    try await browser.shows("The story")
  }

  private static func takeBack(_ browser: Browser) async throws {
    try await browser.press("r")
    #expect(
      try await browser.run("return document.activeElement.textContent.trim()") as? String
        == "Yes, let reports through again")
    // A question that is open stays open while the page follows the loop.
    try await Task.sleep(for: .seconds(2))
    #expect(
      try await browser.run("return document.activeElement.textContent.trim()") as? String
        == "Yes, let reports through again")
    try await browser.press(Browser.enter)
    try await browser.shows("Taken back")
    try await browser.shows("released", seconds: 30)
    try await browser.shows("alice", in: ".facts")
    try await Pictures.take("console-released", browser)
  }

  private static func pause(_ browser: Browser) async throws {
    try await browser.press("g", "n")
    try await browser.shows("Now", in: "h1")
    try await browser.click("#switches details.pause > summary")
    try await browser.click("#switches details.pause button")
    try await browser.shows("Paused.", in: "#warnings")
    try await browser.click("#switches details.resume > summary")
    try await browser.click("#switches details.resume button")
    try await browser.shows("Flyball acts by itself where a policy says so.")
  }

  private static func auditAll(_ run: ConsoleMesh.Run, _ browser: Browser) async throws {
    let action =
      try await browser.run(
        "return document.querySelector('.card h3 a').getAttribute('href')") as? String ?? ""
    for path in [
      "/", "/graph", "/scores", "/alerts", "/actions", action, "/policies", "/rules", "/audit",
      "/nodes", "/actions/fb-x", "/preview",
      "/preview?subject=spiffe://shop.demo/ns/shop/sa/frontend&action=quarantine&seconds=300",
    ] {
      try await browser.open(run.console + path)
      for (width, isDark) in [(360, false), (1440, true)] {
        try await browser.resize(width)
        try await browser.prefer(dark: isDark)
        try await browser.run(
          "document.querySelectorAll('details').forEach(fold => fold.open = true)")
        let findings = try await AccessibilityAudit.findings(in: browser)
        #expect(findings == [], "\(path) at \(width)")
        try await browser.run(
          "document.querySelectorAll('details').forEach(fold => fold.open = false)")
        let stops = try await FocusWalk.findings(in: browser)
        #expect(stops == [], "\(path) at \(width)")
      }
    }
  }
}
