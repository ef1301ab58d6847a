internal import ControlViews
internal import Foundation
internal import Testing

@testable internal import Console
internal import ConsoleAssets

@Suite struct PageTests {
  @Test("each screen is as its golden file shows it")
  func golden() throws {
    for (name, page) in try Samples().screens() {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/\(name).html")
      // The version of the assets changes with each of them.
      let markup = page.markup.replacing(AssetFile.version, with: "VERSION")
      if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
        try markup.write(to: file, atomically: true, encoding: .utf8)
      }
      #expect(try markup == String(contentsOf: file, encoding: .utf8), "\(name)")
    }
  }

  @Test("a page names what it is, has one first heading, and no heading skips a level")
  func headings() throws {
    for (name, page) in try Samples().screens() {
      let levels = Outline(page.markup).elements.compactMap { element in
        element.name.count == 2 && element.name.first == "h"
          ? element.name.last?.wholeNumberValue : nil
      }
      #expect(levels.count { $0 == 1 } == 1, "\(name)")
      let body = levels.filter { $0 > 0 }
      for (level, next) in zip(body, body.dropFirst()) {
        #expect(next <= level + 1, "\(name): h\(next) after h\(level)")
      }
    }
  }

  @Test("ids are given once, and what refers to one finds it")
  func ids() throws {
    for (name, page) in try Samples().screens() {
      let elements = Outline(page.markup).elements
      let ids = elements.compactMap { $0.attributes["id"] }
      #expect(
        Set(ids).count == ids.count,
        "\(name): \(Dictionary(grouping: ids, by: \.self).filter { $1.count > 1 }.keys)")
      for element in elements {
        for attribute in ["aria-labelledby", "aria-describedby", "for"] {
          for id in (element.attributes[attribute] ?? "").split(separator: " ") {
            #expect(ids.contains(String(id)), "\(name): \(attribute) \(id)")
          }
        }
        if let href = element.attributes["href"], href.hasPrefix("#") {
          #expect(ids.contains(String(href.dropFirst())), "\(name): \(href)")
        }
      }
    }
  }

  @Test("a form that orders something posts, and carries the session's token")
  func forms() throws {
    for (name, page) in try Samples().screens() {
      var isOpen = false
      var hasToken = false
      for element in Outline(page.markup).elements {
        // Nobody is known yet where one logs in.
        if element.attributes["action"] == "/login" { continue }
        if element.name == "form", element.attributes["method"] == "post" {
          isOpen = true
          hasToken = false
        }
        if element.name == "input", element.attributes["name"] == "formToken" { hasToken = true }
        // The dialog's own form sends nothing.
        if element.name == "form", element.attributes["method"] != "post" { isOpen = false }
        if element.name == "button", isOpen { #expect(hasToken, "\(name)") }
      }
    }
  }

  @Test("what is quiet says so, and what waits comes first")
  func order() throws {
    let quiet = Screen.now(try Samples().quiet(), Samples().visit()).markup
    #expect(quiet.contains("All is quiet."))
    let busy = Screen.now(try Samples().busy(), Samples().visit()).markup
    let waiting = try #require(busy.range(of: "Waiting for you"))
    let live = try #require(busy.range(of: "In force"))
    #expect(waiting.lowerBound < live.lowerBound)
    #expect(busy.contains("1 decision waits"))
  }

  @Test("whoever may not decide sees why, and no button")
  func viewer() throws {
    var waiting = try Samples().waiting()
    waiting.orders = []
    let page = Screen.action(waiting, Samples().visit(role: "viewer")).markup
    #expect(!page.contains("/approve"))
    #expect(page.contains("as viewer"))
  }

  @Test("a button says what pressing it will do, to whom and for how long")
  func consequences() throws {
    let waiting = try Samples().waiting()
    let text = Consequence.of(.approve, on: waiting, now: Samples.now)
    #expect(text.contains("frontend") && text.contains("at most 12 min 37 s"))
    // One of two approved already: the next one decides.
    #expect(!text.contains("more person"))
    var first = waiting
    first.view.approvedBy = []
    #expect(Consequence.of(.approve, on: first, now: Samples.now).contains("1 more person"))
  }

  @Test("an approval names what was shown")
  func fingerprint() throws {
    let page = Screen.action(try Samples().waiting(), Samples().visit()).markup
    #expect(page.contains("name=\"fingerprint\" value=\"9d5ed678fe57bcca\""))
  }

  @Test("what is ordered is what was shown, and what would be refused cannot be ordered")
  func preview() throws {
    let page = Screen.preview(try Samples().preview(), Samples().visit()).markup
    let decision = try #require(page.range(of: "id=\"decision\""))
    let after = page[decision.upperBound...]
    for (name, value) in [("action", "throttle"), ("rate", "5"), ("seconds", "900")] {
      #expect(after.contains("name=\"\(name)\" value=\"\(value)\""))
    }
    // What was left empty is not sent.
    #expect(!after.contains("name=\"burst\""))
    let refused = Screen.preview(
      try Samples().preview(refused: "paused"), Samples().visit()
    ).markup
    #expect(refused.contains("It would be refused: ") && !refused.contains("name=\"reason\""))
  }

  @Test("each policy that is named on another page is where the link leads")
  func policyPlaces() throws {
    let ids = Outline(Screen.policies(try Samples().policies(), Samples().visit()).markup)
      .elements.compactMap { $0.attributes["id"] }
    for policy in try Samples().policies() {
      let link = Link.policy(policy.name).address
      #expect(link.hasPrefix("/policies#"))
      #expect(ids.contains(String(link.dropFirst("/policies#".count))))
    }
  }
}
