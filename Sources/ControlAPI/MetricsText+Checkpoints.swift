internal import TransparencyLog

extension MetricsText {
  /// How far signed checkpoints follow the history.
  mutating func add(_ checkpoints: CheckpointStanding) {
    add(
      "flyball_history_records", "gauge", "Records in the history.", Double(checkpoints.records))
    add(
      "flyball_history_signed_records", "gauge",
      "Records under a signed checkpoint; the younger ones can still be altered unseen.",
      Double(checkpoints.signed))
    add(
      "flyball_history_exported_records", "gauge",
      "Records under a checkpoint that is in the file of checkpoints.",
      Double(checkpoints.exported))
    add(
      "flyball_history_checkpoints_failing", "gauge",
      "1 while checkpoints cannot be signed or exported.", checkpoints.problem == nil ? 0 : 1)
  }
}
