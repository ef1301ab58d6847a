internal import Foundation
internal import Testing

@testable internal import Console
internal import ConsoleAssets

/// WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for what must be seen of controls and pictures (1.4.11).
@Suite struct ContrastTests {
  private static let sheet = String(
    decoding: AssetFile.all[AssetFile.servedName("console.css")]?.bytes ?? [], as: UTF8.self)

  /// The colours by name, light and dark.
  private static let colours: [String: (light: String, dark: String)] = {
    var colours: [String: (String, String)] = [:]
    for match in sheet.matches(of: #/--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)/#) {
      colours[String(match.1)] = (String(match.2), String(match.3))
    }
    return colours
  }()

  static let text = [
    ("ink", "page"), ("ink", "panel"), ("ink", "well"), ("dim", "page"), ("dim", "panel"),
    ("dim", "well"), ("link", "page"), ("link", "panel"), ("link", "well"), ("good", "good-soft"),
    ("waits", "waits-soft"), ("acting", "acting-soft"), ("bad", "bad-soft"), ("ink", "good-soft"),
    ("ink", "waits-soft"), ("ink", "bad-soft"), ("ink", "acting-soft"), ("dim", "waits-soft"),
    ("good", "panel"), ("waits", "panel"), ("acting", "panel"), ("bad", "panel"), ("bad", "page"),
    ("on-firm", "firm"), ("panel", "waits"), ("panel", "acting"), ("dim", "bad-soft"),
  ]
  static let parts = [
    ("edge", "panel"), ("edge", "page"), ("edge", "well"), ("link", "panel"), ("acting", "well"),
    ("bad", "panel"), ("waits", "panel"), ("good", "page"), ("waits", "page"), ("firm", "panel"),
    ("acting", "panel"), ("link", "page"),
  ]

  @Test("text can be read on what it stands on, light and dark", arguments: text)
  func reading(ink: String, ground: String) throws {
    for contrast in try contrasts(ink, ground) { #expect(contrast >= 4.5, "\(contrast)") }
  }

  @Test("edges, lines and marks can be seen, light and dark", arguments: parts)
  func seeing(ink: String, ground: String) throws {
    for contrast in try contrasts(ink, ground) { #expect(contrast >= 3, "\(contrast)") }
  }

  @Test("every colour is one of the named pairs")
  func named() {
    let rules = Self.sheet.replacing(#/--[a-z-]+: [^;]+;/#, with: "")
    #expect(rules.firstMatch(of: #/#[0-9a-fA-F]{3,8}\b(?!\))/#) == nil)
    #expect(Self.colours.count >= 18)
  }

  @Test("nothing moves for whoever asked for stillness")
  func stillness() {
    let moving = Self.sheet.replacing(
      #/@media \(prefers-reduced-motion: no-preference\) \{[^@]*@keyframes[^}]*\} \}\n\}/#, with: ""
    )
    #expect(!moving.contains("animation:") && !moving.contains("transition:"))
  }

  private func contrasts(_ ink: String, _ ground: String) throws -> [Double] {
    let ink = try #require(Self.colours[ink])
    let ground = try #require(Self.colours[ground])
    return [contrast(ink.light, ground.light), contrast(ink.dark, ground.dark)]
  }

  private func contrast(_ one: String, _ other: String) -> Double {
    let values = [luminance(one), luminance(other)].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  /// Relative luminance as WCAG defines it.
  private func luminance(_ hexadecimal: String) -> Double {
    let number = UInt32(hexadecimal, radix: 16) ?? 0
    let parts = [16, 8, 0].map { shift -> Double in
      let value = Double(number >> UInt32(shift) & 0xFF) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}
