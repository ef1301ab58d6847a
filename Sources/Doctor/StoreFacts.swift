/// What the history's file and folder look like from outside.
package struct StoreFacts: Hashable, Sendable {
  /// The file's own answers; nil where there is none yet.
  package struct Content: Hashable, Sendable {
    package var schema: String
    package var isNewer: Bool
    package var journalMode: String
    /// What SQLite's integrity check names; empty where all is well.
    package var damages: [String]
    package var actions: Int
    package var openActions: Int
    package var events: Int

    package init(
      schema: String, isNewer: Bool, journalMode: String, damages: [String], actions: Int,
      openActions: Int, events: Int
    ) {
      self.schema = schema
      self.isNewer = isNewer
      self.journalMode = journalMode
      self.damages = damages
      self.actions = actions
      self.openActions = openActions
      self.events = events
    }
  }

  package var path: String
  package var content: Content?
  /// Why the file cannot be read; nil where it can, or where there is none.
  package var unreadable: String?
  /// With its write-ahead log.
  package var bytes: Int64
  /// Nil where the file system does not say.
  package var freeBytes: Int64?

  package init(
    path: String, content: Content?, unreadable: String?, bytes: Int64, freeBytes: Int64?
  ) {
    self.path = path
    self.content = content
    self.unreadable = unreadable
    self.bytes = bytes
    self.freeBytes = freeBytes
  }

  package var findings: [Finding] {
    var findings = [readable, content.map(\.durability), content.map(\.integrity)].compactMap(
      \.self)
    if let space { findings.append(space) }
    return findings
  }

  private var readable: Finding {
    if let unreadable {
      return .fail(
        "history", "\(path): \(unreadable)",
        fix: "restore it from a copy, or move it aside to start anew")
    }
    guard let content else {
      return .ok("history", "\(path) is not there yet: the first start makes it")
    }
    if content.isNewer {
      return .fail(
        "history", "\(path) was written by a newer flyball", fix: "run that one")
    }
    return .ok(
      "history",
      "schema \(content.schema), \(content.actions) actions (\(content.openActions) open),"
        + " \(content.events) events, \(Self.size(bytes))")
  }

  /// Every action that cannot be recorded is not taken.
  private var space: Finding? {
    guard let freeBytes else { return nil }
    let detail = "\(Self.size(freeBytes)) free, the history uses \(Self.size(bytes))"
    let fix = "free space where \(path) is, or move the history"
    if freeBytes < Self.leastBytes { return .fail("disk", detail, fix: fix) }
    if freeBytes < max(Self.fewBytes, bytes) { return .warn("disk", detail, fix: fix) }
    return .ok("disk", detail)
  }

  /// In the largest unit that leaves a whole number of at least one, rounded down.
  private static func size(_ bytes: Int64) -> String {
    let units: [(String, Int64)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    for (unit, size) in units where bytes >= size { return "\(bytes / size) \(unit)" }
    return "\(bytes) bytes"
  }

  /// Below it, the next hours may fill the disk.
  private static let leastBytes: Int64 = 64 << 20
  private static let fewBytes: Int64 = 1 << 30
}

extension StoreFacts.Content {
  fileprivate var durability: Finding {
    journalMode == "wal"
      ? .ok(
        "durability", "journal_mode is wal; every start sets synchronous to FULL and reads it back")
      : .warn(
        "durability", "journal_mode is \(journalMode), not wal",
        fix: "start Flyball once: it sets wal, or refuses to run")
  }

  fileprivate var integrity: Finding {
    damages.isEmpty
      ? .ok("integrity", "SQLite finds no damage")
      : .fail(
        "integrity", damages.joined(separator: "; "),
        fix: "restore the history from a copy, or move it aside to start anew")
  }
}
