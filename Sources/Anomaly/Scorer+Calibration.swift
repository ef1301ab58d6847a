extension Scorer {
  /// Counts the levels that an entity with an explanation newly reached; see `Calibration`.
  mutating func countAlarms(of kind: Calibration.EntityClass, _ position: Int, _ key: UInt64) {
    guard !entities[position].isCold, var alarms = episodes[key]?.alarms else { return }
    let levels = AlarmLevel.allCases
    // Most of the time the evidence is below the next level anyhow.
    guard alarms < levels.count, entities[position].statistic >= levels[alarms].activeSeconds
    else { return }
    let statistic = entities[position].actionable
    while alarms < levels.count, statistic >= levels[alarms].activeSeconds {
      calibration.countAlarm(of: kind, at: levels[alarms])
      alarms += 1
    }
    episodes[key]?.alarms = alarms
  }
}
