/// An attribute of an element. Those that take an address take a `Link`; those that run a script or
/// set a style do not exist.
package struct Attribute: Sendable {
  let markup: String

  private init(_ name: String, _ value: String) {
    var escaped = ""
    for scalar in VisibleText.plain(value).unicodeScalars {
      HTML.append(scalar, to: &escaped)
    }
    markup = " " + name + "=\"" + escaped + "\""
  }

  private init(_ flag: Flag) {
    markup = " " + flag.rawValue
  }

  /// Names whose value is never an address, a style or a script.
  package enum Name: String, Sendable {
    case id, `class`, lang, title, role, name, value, type, placeholder, scope, colspan
    case datetime, content, charset, method, rel, media, autocomplete, min, max, tabindex
    case `for`, maxlength, inputmode
    case ariaLabel = "aria-label"
    case ariaLabelledby = "aria-labelledby"
    case ariaDescribedby = "aria-describedby"
    case ariaCurrent = "aria-current"
    case ariaLive = "aria-live"
    case ariaHidden = "aria-hidden"
    case ariaPressed = "aria-pressed"
    /// What the modules look for: which theme, until when a countdown runs, what is live, what a key
    /// does, and the time at the server.
    case dataTheme = "data-theme"
    case dataUntil = "data-until"
    case dataLive = "data-live"
    case dataKey = "data-key"
    case dataNow = "data-now"
    case patternUnits, refX, refY, markerWidth, markerHeight, markerUnits, orient
    case viewBox, width, height, x, y, x1, x2, y1, y2, cx, cy, r, rx, d, points
    case textAnchor = "text-anchor"
    /// Of lines with an arrow; a place within the picture.
    case markerEnd = "marker-end"
  }

  /// Names that stand alone.
  package enum Flag: String, Sendable {
    case required, open, hidden, autofocus, selected, checked, disabled
  }

  package static func set(_ name: Name, _ value: String) -> Attribute {
    Attribute(name.rawValue, value)
  }

  package static func flag(_ flag: Flag) -> Attribute { Attribute(flag) }

  package static func `class`(_ value: String) -> Attribute { .set(.class, value) }
  package static func id(_ value: String) -> Attribute { .set(.id, value) }
  package static func role(_ value: String) -> Attribute { .set(.role, value) }
  package static func label(_ value: String) -> Attribute { .set(.ariaLabel, value) }

  package static func href(_ link: Link) -> Attribute { Attribute("href", link.address) }
  package static func source(_ link: Link) -> Attribute { Attribute("src", link.address) }
  package static func action(_ link: Link) -> Attribute { Attribute("action", link.address) }
}
