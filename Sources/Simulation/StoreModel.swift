internal import FeedbackLoop
internal import MeshModel

/// The history as it would be found after a crash: what is durable, with what was noted beside it, and
/// nothing else.
struct StoreModel: Sendable {
  private(set) var actions: [ActionID: ActionRecord] = [:]
  private(set) var isPaused = false
  private(set) var intents: [ActionID: [HistoryEntry]] = [:]
  private var notes: [ActionID: UnrecordedDescent] = [:]

  mutating func persist(_ entries: some Sequence<HistoryEntry>) {
    for entry in entries {
      if let action = entry.action { actions[action.id] = action }
      if entry.isIntent, let id = entry.action?.id { intents[id, default: []].append(entry) }
      if entry.event == "paused" { isPaused = true }
      if entry.event == "resumed" { isPaused = false }
    }
  }

  /// Notes the ways down among what could not be written.
  mutating func note(_ entries: some Sequence<HistoryEntry>) {
    for descent in entries.compactMap({ UnrecordedDescent($0) })
    where notes[descent.action].map({ descent.says(moreThan: $0) }) ?? true {
      notes[descent.action] = descent
    }
  }

  /// What a start finds; notes that the history tells by then make room.
  mutating func read() -> StoredState {
    notes = notes.filter { actions[$0]?.tells(of: $1) == false }
    let known = actions.values.filter { !$0.state.isClosed || $0.generation > 0 }
      .map { action in notes[action.id].map { action.onItsWay($0) } ?? action }
    return StoredState(actions: known.sorted { $0.id < $1.id }, isPaused: isPaused)
  }
}
