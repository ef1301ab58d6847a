internal import MeshModel

/// A file of the console, part of the program.
package struct AssetFile: Sendable {
  package let name: String
  package let contentType: String
  package let bytes: [UInt8]

  package static let all: [AssetFile] = [
    AssetFile(name: "console.css", contentType: css, bytes: PackageResources.console_css),
    AssetFile(name: "icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
    AssetFile(name: "main.js", contentType: module, bytes: PackageResources.main_js),
    AssetFile(name: "live.js", contentType: module, bytes: PackageResources.live_js),
    AssetFile(name: "keys.js", contentType: module, bytes: PackageResources.keys_js),
    AssetFile(name: "filter.js", contentType: module, bytes: PackageResources.filter_js),
    AssetFile(name: "countdown.js", contentType: module, bytes: PackageResources.countdown_js),
  ]

  /// Stands for the content of all files together: it changes when one of them does.
  package static let version: String = {
    var hash = StableHash()
    for file in all { hash.combine(file.bytes.span.bytes, 0..<file.bytes.count) }
    return String(hash.value, radix: 16)
  }()

  private static let css = "text/css; charset=utf-8"
  private static let module = "text/javascript; charset=utf-8"
}
