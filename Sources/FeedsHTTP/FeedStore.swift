internal import Foundation
internal import MeshModel
internal import ThreatIntelligence

/// The last good version of each feed, as it came, in a file each that is replaced as a whole.
///
/// The file's time is when its feed was last said to be the newest. It is read with the terms and
/// exclusions of the day, so that what the configuration protects meanwhile is protected, and without
/// what its feed has withdrawn since.
struct FeedStore: Sendable {
  let folder: String

  /// The line in front of the documents.
  private struct Head: Codable {
    /// Another place or format under the same name is another feed.
    var source: String
    var mark: FeedMark
    var sizes: [Int]
    var digest: UInt64
    /// What is not to come back, by the ids of its entries.
    var withdrawn: [String: Withdrawal]
  }

  /// A file as it is: its line, what stands behind it, and its time.
  private struct Content {
    var head: Head
    var documents: Data
    var time: timespec
  }

  /// Nil when there is none, or none that is whole.
  func load(_ settings: FeedSettings, at now: Timestamp) -> FeedDocuments? {
    guard let content = content(of: settings) else { return nil }
    let (head, data) = (content.head, content.documents)
    var documents: [[UInt8]] = []
    var start = data.startIndex
    for size in head.sizes {
      guard (0...(data.endIndex - start)).contains(size) else { return nil }
      documents.append([UInt8](data[start..<start + size]))
      start += size
    }
    guard start == data.endIndex, Self.digest(documents) == head.digest else { return nil }
    let time = Timestamp(seconds: Int64(content.time.tv_sec))
    return FeedDocuments(
      documents: documents, mark: head.mark, fetchedAt: min(time, now), withdrawn: head.withdrawn)
  }

  func save(_ found: FeedDocuments, of settings: FeedSettings) throws {
    let head = Head(
      source: Self.source(settings), mark: found.mark, sizes: found.documents.map(\.count),
      digest: Self.digest(found.documents), withdrawn: found.withdrawn)
    try write(head, Data(found.documents.joined()), of: settings, time: nil)
  }

  /// Takes entries out of what is stored, which is no newer for it. What is gone comes back only with
  /// the whole, so that nothing says any more by what it is known again.
  func withdraw(_ all: [String: Withdrawal], from settings: FeedSettings) throws {
    guard var content = content(of: settings) else {
      if remove(settings) { return }
      throw FeedStoreFailure(reason: "it can be neither read nor removed", leavesOlder: true)
    }
    content.head.withdrawn = all
    content.head.mark = FeedMark()
    try write(content.head, content.documents, of: settings, time: content.time)
  }

  /// Says whether nothing is there any more.
  private func remove(_ settings: FeedSettings) -> Bool {
    let isGone = unlink(path(of: settings)) == 0 || errno == ENOENT
    unlink(draft(of: settings))
    // It is told that the feed is not kept, whatever comes back.
    try? sync(folder)
    return isGone
  }

  /// What was cut off by the end of a process; to be called while nothing is written.
  func removeDrafts() {
    // Not made yet.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasSuffix(Self.draftEnding) { unlink("\(folder)/\(name)") }
  }

  /// Notes that what is stored is still the newest.
  func confirm(_ settings: FeedSettings) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date()], ofItemAtPath: path(of: settings))
  }

  private func content(of settings: FeedSettings) -> Content? {
    guard let handle = FileHandle(forReadingAtPath: path(of: settings)) else { return nil }
    defer { try? handle.close() }  // Nothing was written.
    var status = Foundation.stat()
    guard fstat(handle.fileDescriptor, &status) == 0, status.st_size <= Self.maximumBytes,
      let data = try? handle.readToEnd(),  // What cannot be read is fetched again.
      let end = data.firstIndex(of: UInt8(ascii: "\n")),
      let head = try? JSONDecoder().decode(Head.self, from: data[..<end]),
      head.source == Self.source(settings)
    else { return nil }
    return Content(head: head, documents: data[data.index(after: end)...], time: status.st_mtim)
  }

  /// As a whole, with its time, or not at all: then nothing older is left, which would come back, save
  /// where it says so.
  private func write(
    _ head: Head, _ documents: Data, of settings: FeedSettings, time: timespec?
  ) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try put(head, documents, in: draft(of: settings), time: time)
      guard rename(draft(of: settings), path(of: settings)) == 0 else { throw POSIXError(.EIO) }
      try sync(folder)
    } catch {
      throw FeedStoreFailure(reason: "\(error)", leavesOlder: !remove(settings))
    }
  }

  private func put(_ head: Head, _ documents: Data, in draft: String, time: timespec?) throws {
    var data = try JSONEncoder().encode(head)
    data.append(UInt8(ascii: "\n"))
    data.append(documents)
    try data.write(to: URL(fileURLWithPath: draft))
    if let time {
      let times = [time, time]
      guard utimensat(AT_FDCWD, draft, times, 0) == 0 else { throw POSIXError(.EIO) }
    }
    try sync(draft)
  }

  /// A rename or a removal lasts once its folder is written.
  private func sync(_ path: String) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw POSIXError(.EIO) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw POSIXError(.EIO) }
  }

  private func path(of settings: FeedSettings) -> String { "\(folder)/\(settings.name).feed" }

  private func draft(of settings: FeedSettings) -> String {
    "\(folder)/\(settings.name)\(Self.draftEnding)"
  }

  private static let draftEnding = ".feed.new"

  private static func source(_ settings: FeedSettings) -> String {
    "\(settings.place) \(settings.format)"
  }

  private static func digest(_ documents: [[UInt8]]) -> UInt64 {
    var hash = StableHash()
    for document in documents { hash.combine(document.span.bytes, document.indices) }
    return hash.value
  }

  /// Documents, and what is withdrawn. A feed that withdraws more is fetched anew after a restart.
  private static let maximumBytes = 2 * ThreatLimits.feedBytes + (4 << 20)
}
