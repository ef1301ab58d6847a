internal import ControlClient
internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import Testing

/// Orders as people give them: each says first what it will do.
extension BrowserTests {
  @Test(
    "an operator sees what an order would do, gives it, extends it, and takes everything back",
    .timeLimit(.minutes(4)))
  func order() async throws {
    try await ConsoleMesh.with { run in
      let browser = try await Browser()
      do {
        try await Self.logIn(run, run.alice, browser)
        try await Self.order(run, browser)
        try await Self.extend(run, browser)
        try await Self.takeEverythingBack(browser)
        // What was refused was answered so.
        let complaints = try await browser.complaints().filter { !$0.contains("409") }
        #expect(complaints == [])
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  @Test(
    "what two must approve waits for the second, who must be another one",
    .timeLimit(.minutes(4)))
  func twoOperators() async throws {
    try await ConsoleMesh.with(approvals: 2) { run in
      let (first, second) = (try await Browser(), try await Browser())
      do {
        try await Self.logIn(run, run.alice, first)
        try await Self.logIn(run, run.bob, second)
        try await ConsoleMesh.attacking(run) {
          try await Self.approveTogether(first, second)
        }
        #expect(try await first.complaints() == [])
      } catch {
        await first.end()
        await second.end()
        throw error
      }
      await first.end()
      await second.end()
    }
  }

  @Test(
    "what is rejected is over, and stays to be read among the alerts and in the audit",
    .timeLimit(.minutes(4)))
  func reject() async throws {
    try await ConsoleMesh.with { run in
      let browser = try await Browser()
      do {
        try await Self.logIn(run, run.alice, browser)
        try await ConsoleMesh.attacking(run) {
          try await browser.shows("1 decision waits for you.", seconds: 30)
        }
        try await Self.rejectOne(browser)
        #expect(try await browser.complaints() == [])
      } catch {
        await browser.end()
        throw error
      }
      await browser.end()
    }
  }

  private static func order(_ run: ConsoleMesh.Run, _ browser: Browser) async throws {
    try await browser.press("g", "a")
    try await browser.shows("Actions", in: "h1")
    try await browser.click("a[href='/preview']")
    try await browser.shows("Order an action", in: "h1")
    try await browser.type(
      "spiffe://shop.demo/ns/shop/sa/frontend", into: "input[name=subject]")
    try await Pictures.take("console-order-form", browser)
    try await browser.click(".fields button[type=submit]")
    try await browser.shows("Every sidecar in scope refuses all requests of frontend")
    #expect(try await browser.text("main").contains("Which proxies are told: 6"))
    // Traffic is looked at every five seconds.
    try await Browser.wait(seconds: 20, for: "its traffic") {
      try await browser.open(try await browser.address)
      return try await browser.text("main").contains(
        "of the mesh's requests: all that it sent in the last five minutes.")
    }
    // Nothing came of looking.
    #expect(try await run.mesh.client.actions().isEmpty)
    try await browser.run("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    #expect(try await browser.text("#object-0").contains("frontend"))
    try await Pictures.take("console-order", browser, height: 1500)
    try await browser.type("a leaked key", into: "#decision input[name=reason]")
    try await browser.click("#decision button")
    try await browser.shows("Ordered: it is recorded")
    try await browser.shows("holding", seconds: 30)
    #expect(try await browser.text("main").contains("a leaked key"))
  }

  private static func extend(_ run: ConsoleMesh.Run, _ browser: Browser) async throws {
    let before = try await run.mesh.client.actions().first?.notAfter ?? ""
    try await browser.click("details.extend > summary")
    try await browser.type("the key is not replaced yet", into: "details.extend input[name=reason]")
    try await Pictures.take("console-extend", browser)
    try await browser.click("details.extend button")
    try await browser.shows("Extended.")
    try await Browser.wait(seconds: 20, for: "the later deadline") {
      let action = try await run.mesh.client.actions().first
      return action?.notAfter ?? "" > before && action?.state == "holding"
    }
    // The same page is asked for more than may be.
    try await browser.shows("holding", seconds: 20)
    try await browser.click("details.extend > summary")
    try await browser.run(
      "document.querySelector('details.extend select').value = '3600'")
    try await browser.type("still not", into: "details.extend input[name=reason]")
    try await browser.click("details.extend button")
    try await browser.shows("Not done.")
    // What answers the order goes on as the action's own page.
    let script = """
      const page = document.querySelector('link[rel="canonical"]').href
      return fetch(page).then(answer => answer.status + ' ' + new URL(page).pathname)
      """
    let id = try #require(try await run.mesh.client.actions().first?.id)
    #expect(try await browser.run(script) as? String == "200 /actions/\(id)")
  }

  private static func takeEverythingBack(_ browser: Browser) async throws {
    try await browser.press("g", "n")
    try await browser.shows("In force")
    try await browser.click("#switches details.revert-all > summary")
    #expect(
      try await browser.text("#switches details.revert-all p").contains(
        "withdrawn from every proxy"))
    try await browser.click("#switches details.revert-all button")
    try await browser.shows("Everything is being taken back.")
    try await browser.shows("All is quiet.", seconds: 40)
    try await browser.shows("released", in: "#recent")
  }

  private static func approveTogether(_ first: Browser, _ second: Browser) async throws {
    try await first.shows("1 decision waits for you.", seconds: 30)
    try await first.click("details.approve > summary")
    #expect(
      try await first.text("details.approve p").contains(
        "1 more person must approve before anything happens"))
    try await Pictures.take("console-first-of-two", first)
    try await first.click("details.approve button")
    try await first.shows("Your approval is recorded.")
    // Who approved cannot do so twice.
    #expect(
      try await first.run("return document.querySelectorAll('details.approve').length") as? Int
        == 0)
    try await second.shows("1 of 2 · alice", seconds: 30)
    try await second.click("details.approve > summary")
    try await second.click("details.approve button")
    try await second.shows("Your approval is recorded.")
    try await second.shows("holding", seconds: 30)
    try await second.shows("alice", in: ".facts")
    try await first.press("g", "n")
    try await first.shows("1 action is in force.", seconds: 30)
    try await first.click(".card details.revert > summary")
    try await first.click(".card details.revert button")
    try await first.shows("Taken back")
    try await first.shows("released", seconds: 40)
  }

  private static func rejectOne(_ browser: Browser) async throws {
    try await browser.click("details.reject > summary")
    try await browser.click("details.reject button")
    try await browser.shows("Rejected: nothing is done.")
    try await browser.press("g", "l")
    try await browser.shows("Alerts", in: "h1")
    try await browser.shows("refused", in: "#alerts")
    try await Pictures.take("console-alerts", browser)
    try await browser.press("g", "p")
    try await browser.shows("Policies", in: "h1")
    try await browser.shows("lateral-movement")
    try await Pictures.take("console-policies", browser)
    try await browser.press("g", "u")
    try await browser.shows("Audit", in: "h1")
    try await browser.click("#export > summary")
    try await Pictures.take("console-audit", browser)
    let lines = try await browser.run(
      """
      return fetch('/export?format=jsonl').then(answer => answer.text())
        .then(text => text.trim().split('\\n').length);
      """)
    #expect(lines as? Int == 2)
  }
}
