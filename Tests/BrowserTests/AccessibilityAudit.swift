internal import Foundation

/// What can be checked of WCAG 2.2 in the page as it stands, by a script of our own. Each finding
/// names the criterion and the element.
enum AccessibilityAudit {
  static func findings(in browser: Browser) async throws -> [String] {
    guard let findings = try await browser.run(script) as? [String] else {
      return ["the audit gave no answer"]
    }
    return findings + (try await unnamed(in: browser))
  }

  /// What the browser tells assistive technology: whatever can be operated has a name (4.1.2).
  private static func unnamed(in browser: Browser) async throws -> [String] {
    try await browser.tool("Accessibility.enable")
    let tree = try await browser.tool("Accessibility.getFullAXTree") as? [String: Any]
    let nodes = tree?["nodes"] as? [[String: Any]] ?? []
    func value(_ node: [String: Any], _ key: String) -> String {
      (node[key] as? [String: Any])?["value"] as? String ?? ""
    }
    var findings = nodes.isEmpty ? ["no accessibility tree"] : []
    var landmarks: [String: Int] = [:]
    for node in nodes where node["ignored"] as? Bool != true {
      let role = value(node, "role")
      let name = value(node, "name").trimmingCharacters(in: .whitespaces)
      landmarks[role, default: 0] += 1
      if operable.contains(role), name.isEmpty { findings.append("4.1.2 a \(role) has no name") }
    }
    for role in ["main", "banner"] where landmarks[role] != 1 {
      findings.append("1.3.1 there are \(landmarks[role] ?? 0) landmarks \(role), not 1")
    }
    return findings
  }

  private static let operable: Set<String> = [
    "button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "DisclosureTriangle",
    "img", "image", "region", "navigation", "dialog", "progressbar", "table", "meter",
  ]

  private static let script = #"""
    const findings = [];
    const tell = (criterion, element, what) => {
      const name = element.tagName.toLowerCase() + (element.id ? '#' + element.id : '')
        + (element.classList.length ? '.' + [...element.classList].join('.') : '');
      findings.push(`${criterion} ${name}: ${what}`);
    };
    const seen = element => {
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return box.width > 1 && box.height > 1 && style.visibility === 'visible'
        && !element.closest('[hidden]') && element.checkVisibility();
    };

    if (!document.documentElement.lang) findings.push('3.1.1 the page has no language');
    if (!document.title) findings.push('2.4.2 the page has no title');

    let level = 0;
    for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
      if (!seen(heading)) continue;
      const next = Number(heading.tagName[1]);
      if (next > level + 1) tell('1.3.1', heading, `follows a heading of level ${level}`);
      level = next;
    }
    if (document.querySelectorAll('h1').length !== 1) findings.push('1.3.1 not one first heading');

    const ids = new Set();
    for (const element of document.querySelectorAll('[id]')) {
      if (ids.has(element.id)) tell('4.1.1', element, 'its id is given twice');
      ids.add(element.id);
    }
    for (const table of document.querySelectorAll('table')) {
      if (!table.caption) tell('1.3.1', table, 'has no caption');
      if (!table.querySelector('th[scope]')) tell('1.3.1', table, 'has no headings');
    }
    for (const box of document.querySelectorAll('.scroll, pre')) {
      if (seen(box) && box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0) {
        tell('2.1.1', box, 'scrolls, and no keyboard reaches it');
      }
    }

    // Targets of at least 24 by 24, unless they are part of a sentence or a cell (2.5.8).
    for (const target of document.querySelectorAll('button, summary, select, input:not([type=hidden]), nav a, a.button')) {
      if (!seen(target)) continue;
      const box = target.getBoundingClientRect();
      if (box.height < 23.5 || box.width < 23.5) {
        tell('2.5.8', target, `is ${Math.round(box.width)} by ${Math.round(box.height)}`);
      }
    }

    if (document.documentElement.scrollWidth > innerWidth + 1) {
      findings.push(`1.4.10 the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`);
    }

    // Contrast of each text with what is painted behind it (1.4.3).
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = colour => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => {
      const part = value => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const behind = element => {
      for (let at = element; at; at = at.parentElement) {
        if (at.ownerSVGElement) {
          const shape = at.tagName === 'g' ? at.querySelector('rect, circle') : null;
          if (shape) {
            const fill = getComputedStyle(shape).fill;
            if (fill !== 'none' && rgba(fill)[3] === 255) return rgba(fill);
          }
          continue;
        }
        const colour = rgba(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return rgba('Canvas');
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || !seen(element)) continue;
      if (element.closest('title, desc, option, .unsaid, .quiet-said, caption, .skip')) continue;
      const style = getComputedStyle(element);
      const ink = rgba(element.ownerSVGElement ? style.fill : style.color);
      const levels = [luminance(ink), luminance(behind(element))].sort((a, b) => a - b);
      const contrast = (levels[1] + 0.05) / (levels[0] + 0.05);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (contrast < (isLarge ? 3 : 4.5)) {
        tell('1.4.3', element, `contrast ${contrast.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 30)}`);
      }
    }
    return findings;
    """#
}
