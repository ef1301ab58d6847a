internal import MeshModel

/// A file of the console, part of the program.
package struct AssetFile: Sendable {
  /// With the version in it, so that a browser may keep the file for good.
  package let name: String
  package let contentType: String
  package let bytes: [UInt8]

  /// By the names they are served under.
  package static let all: [String: AssetFile] = {
    var all: [String: AssetFile] = [:]
    for (name, contentType, bytes) in files {
      let file = AssetFile(
        name: servedName(name), contentType: contentType,
        bytes: contentType == module ? linked(bytes) : bytes)
      all[file.name] = file
    }
    return all
  }()

  /// Stands for the content of all files together: it changes when one of them does.
  package static let version: String = {
    var hash = StableHash()
    for (_, _, bytes) in files { hash.combine(bytes.span.bytes, 0..<bytes.count) }
    return String(hash.value, radix: 16)
  }()

  package static func servedName(_ name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return name }
    return name[..<dot] + "." + version + name[dot...]
  }

  /// A module that imports the others by the names they are served under.
  private static func linked(_ bytes: [UInt8]) -> [UInt8] {
    var text = String(decoding: bytes, as: UTF8.self)
    for (name, contentType, _) in files where contentType == module {
      text = text.replacing("'./\(name)'", with: "'./\(servedName(name))'")
    }
    return Array(text.utf8)
  }

  private static let files: [(name: String, contentType: String, bytes: [UInt8])] = [
    ("console.css", "text/css; charset=utf-8", PackageResources.console_css),
    ("icon.svg", "image/svg+xml", PackageResources.icon_svg),
    ("main.js", module, PackageResources.main_js), ("live.js", module, PackageResources.live_js),
    ("keys.js", module, PackageResources.keys_js),
    ("filter.js", module, PackageResources.filter_js),
    ("countdown.js", module, PackageResources.countdown_js),
  ]
  private static let module = "text/javascript; charset=utf-8"
}
