internal import Anomaly
internal import Foundation
internal import MeshModel
internal import ReferencesFile
internal import Testing

struct ReferenceFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("flyball-references-\(UUID().uuidString)")

  private func file() throws -> ReferenceFile {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return ReferenceFile(path: folder.appendingPathComponent("r").path)
  }

  @Test("what was saved last is read, and no other file is left")
  func replace() async throws {
    let file = try file()
    #expect(try await file.load() == nil)
    try await file.save([1, 2, 3])
    try await file.save([4])
    #expect(try await file.load() == [4])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["r"])
  }

  @Test("what is set aside is kept, and the next start begins anew")
  func aside() async throws {
    let file = try file()
    try await file.save([7])
    let aside = try await file.setAside()
    #expect(try await file.load() == nil)
    #expect(FileManager.default.contents(atPath: aside) == Data([7]))
  }

  @Test("a folder that is not there is said, with its path")
  func missingFolder() async throws {
    let file = ReferenceFile(path: folder.appendingPathComponent("nowhere/r").path)
    let error = await #expect(throws: ReferenceFileError.self) { try await file.save([1]) }
    #expect(error?.description.contains("nowhere/r.new': No such file") == true)
  }
}
