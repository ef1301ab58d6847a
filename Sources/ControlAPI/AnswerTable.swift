internal import MeshModel
internal import Synchronization
internal import TransparencyLog

/// Answers to orders that named a key, for a day: the same order is carried out once, however often
/// it is sent. In memory alone; a restart forgets it.
final class AnswerTable: Sendable {
  private let state = Mutex(State())

  private struct State {
    var entries: [Key: Entry] = [:]
    var begun: UInt64 = 0
  }

  struct Key: Hashable, Sendable {
    var caller: String
    var key: String
  }

  private struct Entry {
    var order: LogHash
    var number: UInt64
    var at: Timestamp
    /// Nil while it is being carried out.
    var answer: Answer?
  }

  enum Standing {
    case first
    case underWay
    case answered(Answer)
    /// The key was used for another order.
    case otherOrder
  }

  func begin(_ key: Key, _ order: LogHash, at now: Timestamp) -> Standing {
    state.withLock { state in
      if let known = state.entries[key],
        now < known.at.adding(milliseconds: Self.lifetimeMilliseconds)
      {
        guard known.order == order else { return .otherOrder }
        return known.answer.map { .answered($0) } ?? .underWay
      }
      if state.entries.count >= Self.maximumEntries { Self.makeRoom(in: &state, at: now) }
      state.begun += 1
      state.entries[key] = Entry(order: order, number: state.begun, at: now)
      return .first
    }
  }

  /// Nil forgets the order: it came to nothing, and may be sent again.
  func end(_ key: Key, _ answer: Answer?) {
    state.withLock { state in
      if let answer {
        state.entries[key]?.answer = answer
      } else {
        state.entries[key] = nil
      }
    }
  }

  /// Forgets what is past, and else the oldest sixteenth of what is answered.
  private static func makeRoom(in state: inout State, at now: Timestamp) {
    state.entries = state.entries.filter {
      now < $0.value.at.adding(milliseconds: lifetimeMilliseconds)
    }
    guard state.entries.count >= maximumEntries else { return }
    let oldest = state.entries.filter { $0.value.answer != nil }
      .sorted { $0.value.number < $1.value.number }
    for (key, _) in oldest.prefix(max(1, maximumEntries / 16)) { state.entries[key] = nil }
  }

  private static let lifetimeMilliseconds: Int64 = 86_400_000
  /// Each holds an answer of a few kilobytes.
  private static let maximumEntries = 2_048
}
