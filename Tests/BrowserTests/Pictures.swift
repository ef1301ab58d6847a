internal import Foundation

/// Pictures of the console for documents, taken only when `FLYBALL_PICTURES` names a folder for them.
enum Pictures {
  static func take(_ name: String, _ browser: Browser, height: Int = 1000) async throws {
    guard let folder = ProcessInfo.processInfo.environment["FLYBALL_PICTURES"] else { return }
    for isDark in [false, true] {
      try await browser.prefer(dark: isDark)
      let tall =
        try await browser.run("return document.documentElement.scrollHeight") as? Int ?? height
      let data = try await browser.picture(width: 1440, height: min(height, tall))
      try data.write(
        to: URL(fileURLWithPath: "\(folder)/\(name)-\(isDark ? "dark" : "light").png"))
    }
  }
}
