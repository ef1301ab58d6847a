package import Access
internal import Foundation
package import YAMLNodes

extension TokenFile {
  /// A file that is not there holds no tokens.
  package static func load(_ path: String) throws(Diagnostics) -> [TokenRecord] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try parse(try Configuration.readFile(path), file: path)
  }
}
