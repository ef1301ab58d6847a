internal import Anomaly

extension MetricsText {
  /// What the promised rate of false alarms is held against.
  mutating func add(_ calibration: Calibration) {
    let kinds = Calibration.EntityClass.allCases
    add(
      "flyball_tested_seconds_total", "counter",
      "Active seconds in which entities with a reference were tested, by class.",
      kinds.map { (["class": $0.name], Double(calibration.testedSeconds(of: $0))) })
    add(
      "flyball_alarms_total", "counter", "Anomaly alarms, attacks among them, by class and level.",
      kinds.flatMap { kind in
        AlarmLevel.allCases.map { level in
          (
            ["class": kind.name, "level": level.rawValue],
            Double(calibration.alarms(of: kind, at: level))
          )
        }
      })
    add(
      "flyball_bound_broken", "gauge",
      "1 while a class has more alarms than its promised rate allows: attacks, or wrong references.",
      kinds.map { (["class": $0.name], calibration.brokenLevels(of: $0).isEmpty ? 0 : 1) })
  }
}
