internal import FeedbackLoop
internal import MeshModel

/// The history as it would be found after a crash: what is durable, and nothing else.
struct StoreModel: Sendable {
  private(set) var actions: [ActionID: ActionRecord] = [:]
  private(set) var isPaused = false
  private(set) var intents: [ActionID: [HistoryEntry]] = [:]

  mutating func persist(_ entries: some Sequence<HistoryEntry>) {
    for entry in entries {
      if let action = entry.action { actions[action.id] = action }
      if entry.isIntent, let id = entry.action?.id { intents[id, default: []].append(entry) }
      if entry.event == "paused" { isPaused = true }
      if entry.event == "resumed" { isPaused = false }
    }
  }

  var state: StoredState {
    let actions = actions.values.sorted { $0.id < $1.id }
    return StoredState(
      actions: actions.filter { !$0.state.isClosed || $0.generation > 0 }, isPaused: isPaused)
  }
}
