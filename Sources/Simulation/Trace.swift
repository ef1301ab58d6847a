internal import FeedbackLoop
internal import MeshModel

/// The story of a run: a hash of all of it, and the last of it in plain words.
struct Trace: Sendable {
  private(set) var hash = StableHash()
  private(set) var last: [Happening] = []
  private var next = 0

  struct Happening: Sendable {
    var at: Timestamp
    var what: What
  }

  enum What: Sendable {
    case effect(LoopEffect)
    case wrote(Int)
    case writeFailed(durable: Int)
    case crashed(durable: Int)
    case started(adopting: Int)
    case fault(String)
    case ordered(String)
    case detected(Detection, ActionID)
    case connected(String)
    case requests(Int)
  }

  mutating func note(_ what: What, at now: Timestamp) {
    hash.combine(UInt64(bitPattern: now.microseconds))
    hash.combine(what.key)
    let happening = Happening(at: now, what: what)
    if last.count < Self.kept {
      last.append(happening)
    } else {
      last[next] = happening
      next = (next + 1) % Self.kept
    }
  }

  /// Folds in what is too frequent to be told.
  mutating func count(_ word: UInt64) { hash.combine(word) }

  /// Oldest first.
  var lines: [String] {
    (last[next...] + last[..<next]).map { happening in
      let milliseconds = happening.at.milliseconds(since: Plan.start)
      return "\(milliseconds) ms  \(happening.what.text)"
    }
  }

  private static let kept = 4_000
}

extension Trace.What {
  /// What of it goes into the hash.
  fileprivate var key: String {
    switch self {
    case .effect(.record(let entry)): entry.event + (entry.action?.id.description ?? "")
    case .effect, .wrote, .writeFailed, .crashed, .started, .fault, .ordered, .connected, .requests:
      text
    case .detected(let detection, let id): id.description + detection.subject.name
    }
  }

  var text: String {
    switch self {
    case .effect(.record(let entry)):
      "\(entry.event) \(entry.action.map { "\($0.id) \($0.subject.name): " } ?? "")\(entry.detail)"
    case .effect(.enforce(let enforcement, let generation)):
      "order \(generation): \(enforcement.stage.name) \(enforcement.subject.name)"
        + " in the name of \(enforcement.action)"
    case .effect(.withdraw(let id, let generation)): "order \(generation): withdraw \(id)"
    case .effect(.watch(let watch)):
      "watch \(watch.followed.count) subjects, \(watch.pressed.count) under enforcement"
    case .effect(.compare(let workload, _)): "callers of \(workload.name) are compared"
    case .effect(.spend(let subject, _)): "evidence of \(subject.name) is spent"
    case .effect(.relearn(let workload)): "relearn \(workload.name)"
    case .effect(.rehearse(_, let id)): "a self-test begins (\(id))"
    case .effect(.tested(let result)): "self-test \(result.text)"
    case .effect(.escalate(let id, let reason)):
      "escalated \(id.map(\.description) ?? ""): \(reason)"
    case .wrote(let count): "\(count) entries are durable"
    case .writeFailed(let durable): "a write failed; \(durable) of its entries are durable"
    case .crashed(let durable): "the controller crashed; \(durable) entries of a write are durable"
    case .started(let count): "the controller started and found \(count) open actions"
    case .fault(let text): text
    case .ordered(let text): "operator: \(text)"
    case .detected(let detection, let id):
      "detected \(detection.subject.name), score \(detection.score), by two witnesses"
        + " \(detection.corroborated) (\(id))"
    case .connected(let text): text
    case .requests(let count): "\(count) requests"
    }
  }
}
