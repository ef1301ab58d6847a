internal import MeshModel

/// Text of outsiders as it may reach logs, terminals and pages.
package enum ShownText {
  /// Cut to so many bytes. Control characters, and those that turn the direction of what follows,
  /// become U+FFFD; line ends become spaces.
  package static func line(_ text: String, bytes: Int) -> String {
    let cut = String(cutting: text, toBytes: bytes)
    var shown = String.UnicodeScalarView()
    for scalar in cut.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: shown.append(" ")
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0x061C:
        shown.append("\u{FFFD}")
      default: shown.append(scalar)
      }
    }
    // A replacement is longer than what it replaces.
    return String(cutting: String(shown), toBytes: bytes)
  }
}
