/// Goes through a page with the Tab key alone (2.1.1, 2.4.3, 2.4.7, 2.4.11).
enum FocusWalk {
  static func findings(in browser: Browser) async throws -> [String] {
    // Only a fresh page begins at its beginning.
    try await browser.open(try await browser.address)
    var findings: [String] = []
    var last = -1
    for step in 0..<maximumSteps {
      try await browser.press(Browser.tab)
      guard let place = try await browser.run(script) as? [String: Any],
        let index = place["index"] as? Int
      else { break }
      let name = place["name"] as? String ?? ""
      if step == 0, !name.contains("Skip to content") {
        findings.append("2.4.1 the first stop is not the way to the content: \(name)")
      }
      // Past the last stop it begins anew.
      if index <= last {
        if step < 8 { findings.append("2.4.3 '\(name)' comes before what precedes it") }
        break
      }
      last = index
      if place["isShown"] as? Bool != true { findings.append("2.4.7 no focus is seen: \(name)") }
      if place["isInView"] as? Bool != true { findings.append("2.4.11 out of view: \(name)") }
    }
    return findings
  }

  private static let maximumSteps = 60

  private static let script = #"""
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      index: [...document.querySelectorAll('*')].indexOf(element),
      name: (element.textContent || element.getAttribute('aria-label') || element.name || '').trim().slice(0, 60),
      isShown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
    """#
}
