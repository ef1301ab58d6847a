internal import ConfigurationYAML
internal import Foundation
internal import Testing
internal import YAMLNodes

struct RuleFolderTests {
  private func mistake(_ path: String) -> String? {
    do throws(Diagnostics) {
      _ = try RuleFolder.load(path)
      return nil
    } catch {
      return error.all.first?.message
    }
  }

  private func within(_ body: (String) throws -> Void) throws {
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-folder-\(UInt32.random(in: 0 ... .max))"
    // Only temporary files.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/rules/..data", withIntermediateDirectories: true)
    try body(folder)
  }

  @Test("links within the folder are read, a link out of it is refused")
  func links() throws {
    try within { folder in
      let files = FileManager.default
      try "title: a".write(
        toFile: folder + "/rules/..data/a.yml", atomically: true, encoding: .utf8)
      try files.createSymbolicLink(
        atPath: folder + "/rules/a.yml", withDestinationPath: "..data/a.yml")
      let count = try RuleFolder.load(folder + "/rules").count
      #expect(count == 1)
      try "secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
      try files.createSymbolicLink(
        atPath: folder + "/rules/b.yml", withDestinationPath: "../secret")
      #expect(mistake(folder + "/rules") == "is a link that leads out of \(folder)/rules")
    }
  }

  @Test("of a file no more is read than may be in one")
  func endless() {
    #expect(mistake("/dev/zero") == "larger than \(YAMLDocument.maximumBytes) bytes")
  }
}
