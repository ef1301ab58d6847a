internal import MeshModel

/// The subjects with matches, in two halves: what is touched moves to the new one, and when that is
/// full or a window old, the old one is forgotten and the new one becomes old.
struct RuleSubjects {
  struct Entry {
    var subject: Subject
    /// By the position of the rule in the statistics.
    var records: [Int: RuleRecord] = [:]

    init(_ subject: Subject) {
      self.subject = subject
    }

    /// Nil when nothing is left.
    func renumbered(_ positions: [Int: Int]) -> Entry? {
      var entry = Entry(subject)
      for (rule, record) in records {
        if let position = positions[rule] { entry.records[position] = record }
      }
      return entry.records.isEmpty ? nil : entry
    }
  }

  private var new: [UInt64: Entry] = [:]
  private var old: [UInt64: Entry] = [:]
  private var turnedAt = Timestamp(microseconds: 0)

  var count: Int { new.count + old.count }

  func contains(_ key: UInt64) -> Bool { new[key] != nil || old[key] != nil }

  func entry(of key: UInt64) -> Entry? { new[key] ?? old[key] }

  /// Nil when the subject has no room for another rule, all that it has being as grave.
  mutating func update<Result>(
    _ subject: Subject, _ rule: Int, level: (Int) -> Double, at start: Timestamp,
    _ change: (inout RuleRecord) -> Result
  ) -> Result? {
    turn(at: start)
    let key = subject.key
    var entry = new.removeValue(forKey: key) ?? old.removeValue(forKey: key) ?? Entry(subject)
    defer { new[key] = entry }
    if let known = entry.records[rule],
      start > known.last.adding(milliseconds: RuleBounds.windowSeconds * 1_000)
    {
      entry.records[rule] = nil
    }
    if entry.records[rule] == nil, entry.records.count >= RuleBounds.rulesPerSubject {
      let least = entry.records.min {
        (level($0.key), $0.value.last, $0.key) < (level($1.key), $1.value.last, $1.key)
      }
      let window = RuleBounds.windowSeconds * 1_000
      guard let least,
        level(least.key) < level(rule) || start > least.value.last.adding(milliseconds: window)
      else { return nil }
      entry.records[least.key] = nil
    }
    var record = entry.records.removeValue(forKey: rule) ?? RuleRecord(at: start)
    defer { entry.records[rule] = record }
    return change(&record)
  }

  mutating func spend(_ key: UInt64, before instant: Timestamp) {
    for half in [\RuleSubjects.new, \RuleSubjects.old] {
      guard var entry = self[keyPath: half][key] else { continue }
      entry.records = entry.records.filter { $0.value.last >= instant }
      self[keyPath: half][key] = entry.records.isEmpty ? nil : entry
    }
  }

  /// With other positions of the rules; those without one are forgotten.
  func renumbered(_ positions: [Int: Int]) -> RuleSubjects {
    var subjects = self
    subjects.new = new.compactMapValues { $0.renumbered(positions) }
    subjects.old = old.compactMapValues { $0.renumbered(positions) }
    return subjects
  }

  private mutating func turn(at now: Timestamp) {
    let isOld = now > turnedAt.adding(milliseconds: RuleBounds.windowSeconds * 1_000)
    guard new.count >= RuleBounds.subjects || isOld else { return }
    old = new
    new = [:]
    turnedAt = max(turnedAt, now)
  }
}
