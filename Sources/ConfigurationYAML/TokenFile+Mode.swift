internal import Foundation

extension TokenFile {
  /// Whether others than the owner may write it: whoever may can let anybody in.
  package static func isWritableByOthers(_ path: String) -> Bool {
    // The mode of a link says nothing.
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    // Whoever reads it is told why it cannot be.
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let mode = attributes?[.posixPermissions] as? NSNumber
    return mode.map { $0.uint32Value & 0o022 != 0 } ?? false
  }
}
