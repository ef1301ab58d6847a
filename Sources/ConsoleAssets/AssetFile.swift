internal import MeshModel

/// A file of the console, part of the program.
package struct AssetFile: Sendable {
  package let name: String
  package let contentType: String
  package let bytes: [UInt8]

  package static let all: [AssetFile] = [
    AssetFile(name: "console.css", contentType: css, bytes: PackageResources.console_css)
  ]

  /// Stands for the content of all files together: it changes when one of them does.
  package static let version: String = {
    var hash = StableHash()
    for file in all { hash.combine(file.bytes.span.bytes, 0..<file.bytes.count) }
    return String(hash.value, radix: 16)
  }()

  private static let css = "text/css; charset=utf-8"
}
