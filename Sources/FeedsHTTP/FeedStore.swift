internal import Foundation
internal import MeshModel
internal import ThreatIntelligence

/// The last good version of each feed, as it came, in a file each that is replaced as a whole.
///
/// The file's time is when its feed was last said to be the newest. It is read with the terms and
/// exclusions of the day, so that what the configuration protects meanwhile is protected.
struct FeedStore: Sendable {
  let folder: String

  /// The line in front of the documents.
  private struct Head: Codable {
    /// Another place or format under the same name is another feed.
    var source: String
    var mark: FeedMark
    var sizes: [Int]
    var digest: UInt64
  }

  /// Nil when there is none, or none that is whole.
  func load(_ settings: FeedSettings, at now: Timestamp) -> FeedDocuments? {
    let path = path(of: settings)
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }  // Nothing was written.
    var status = Foundation.stat()
    guard fstat(handle.fileDescriptor, &status) == 0, status.st_size <= Self.maximumBytes,
      let data = try? handle.readToEnd(),  // What cannot be read is fetched again.
      let end = data.firstIndex(of: UInt8(ascii: "\n")),
      let head = try? JSONDecoder().decode(Head.self, from: data[..<end]),
      head.source == Self.source(settings)
    else { return nil }
    var documents: [[UInt8]] = []
    var start = data.index(after: end)
    for size in head.sizes {
      guard (0...(data.endIndex - start)).contains(size) else { return nil }
      documents.append([UInt8](data[start..<start + size]))
      start += size
    }
    guard start == data.endIndex, Self.digest(documents) == head.digest else { return nil }
    let time = Timestamp(seconds: Int64(status.st_mtim.tv_sec))
    return FeedDocuments(documents: documents, mark: head.mark, fetchedAt: min(time, now))
  }

  func save(_ found: FeedDocuments, of settings: FeedSettings) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let head = Head(
      source: Self.source(settings), mark: found.mark, sizes: found.documents.map(\.count),
      digest: Self.digest(found.documents))
    var data = try JSONEncoder().encode(head)
    data.append(UInt8(ascii: "\n"))
    for document in found.documents { data.append(contentsOf: document) }
    try data.write(to: URL(fileURLWithPath: path(of: settings)), options: .atomic)
  }

  /// Notes that what is stored is still the newest.
  func confirm(_ settings: FeedSettings) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date()], ofItemAtPath: path(of: settings))
  }

  private func path(of settings: FeedSettings) -> String { "\(folder)/\(settings.name).feed" }

  private static func source(_ settings: FeedSettings) -> String {
    "\(settings.place) \(settings.format)"
  }

  private static func digest(_ documents: [[UInt8]]) -> UInt64 {
    var hash = StableHash()
    for document in documents { hash.combine(document.span.bytes, document.indices) }
    return hash.value
  }

  private static let maximumBytes = ThreatLimits.feedBytes + (4 << 20)
}
