internal import Anomaly
internal import Logging
internal import ServiceLifecycle

/// Says once, for each class of entities, that its alarms exceed the promised rate.
package struct CalibrationWatch: Service {
  private let scoring: Scoring
  private let logger = Logger(label: "flyball.calibration")

  package init(scoring: Scoring) {
    self.scoring = scoring
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      var said: Set<Calibration.EntityClass> = []
      while true {
        try await Task.sleep(for: .seconds(60))
        let calibration = await self.scoring.calibration()
        for kind in Calibration.EntityClass.allCases where !said.contains(kind) {
          let levels = calibration.brokenLevels(of: kind)
          guard !levels.isEmpty else { continue }
          said.insert(kind)
          self.report(kind, levels, calibration)
        }
      }
    }
  }

  private func report(
    _ kind: Calibration.EntityClass, _ levels: [AlarmLevel], _ calibration: Calibration
  ) {
    logger.warning(
      "more alarms than chance allows: an attack, or references that do not hold",
      metadata: [
        "class": "\(kind.name)",
        "testedSeconds": "\(calibration.testedSeconds(of: kind))",
        "alarms": .dictionary(
          Dictionary(
            uniqueKeysWithValues: levels.map {
              ($0.rawValue, "\(calibration.alarms(of: kind, at: $0))")
            })),
      ])
  }
}
