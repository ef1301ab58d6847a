package import MeshModel

/// One way in which a history is not what was signed.
package enum AuditFinding: Hashable, Sendable, CustomStringConvertible {
  /// The first and the last number of records that are not there.
  case missing(Int64, Int64)
  case altered(seq: Int64, at: Timestamp, event: String)
  /// The stored hashes lead elsewhere than what was signed, somewhere after the first size and up to the
  /// second.
  case contradicts(agreed: UInt64, signed: UInt64, source: String)
  /// More records were signed than are there.
  case cutOff(signed: UInt64, found: UInt64, source: String)
  /// The key signed two different histories of that size.
  case forked(size: UInt64, source: String)
  case forged(source: String, reason: String)
  case noCheckpoint(source: String)
  case action(id: String, reason: String)
  /// What the signal of that record said.
  case signal(seq: Int64, reason: String)
  case pruned(String)
  case schema(String)
  case damaged(String)

  package var description: String {
    switch self {
    case .missing(let first, let last):
      first == last ? "record \(first) is missing" : "records \(first) to \(last) are missing"
    case .altered(let seq, let at, let event):
      "record \(seq) was altered: now '\(event)' at \(at.rfc3339)"
    case .contradicts(let agreed, let signed, let source):
      "records \(agreed + 1) to \(signed) are not those that were signed (\(source)); the first"
        + " \(agreed) are"
    case .cutOff(let signed, let found, let source):
      "\(signed) records were signed (\(source)) and \(found) are there: cut off, or an older copy"
    case .forked(let size, let source):
      "two histories of \(size) records were signed (\(source)): the key was used elsewhere"
    case .forged(let source, let reason): "checkpoint in \(source): \(reason)"
    case .noCheckpoint(let source): "\(source) holds no checkpoint by this key"
    case .action(let id, let reason): "action \(id): \(reason)"
    case .signal(let seq, let reason): "signal of record \(seq): \(reason)"
    case .pruned(let reason), .schema(let reason), .damaged(let reason): reason
    }
  }
}
