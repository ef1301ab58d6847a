internal import LoopRuntime

extension MetricsText {
  mutating func add(_ tally: LoopTally) {
    let counts = tally.counts.sorted {
      ($0.key.event, $0.key.measure) < ($1.key.event, $1.key.measure)
    }
    add(
      "flyball_action_events_total", "counter",
      "What happened to actions since the start, by event of the history and by measure.",
      counts.filter { !$0.key.measure.isEmpty }.map {
        (["event": $0.key.event, "measure": $0.key.measure], Double($0.value))
      })
    add(
      "flyball_loop_events_total", "counter",
      "What happened to the loop itself since the start, by event of the history.",
      counts.filter { $0.key.measure.isEmpty }.map { (["event": $0.key.event], Double($0.value)) })
    add(
      "flyball_action_effective_seconds", "From the proposal of an action to its proof.",
      bounds: LoopTally.bounds, counts: tally.effective, sum: tally.effectiveSeconds)
  }
}
