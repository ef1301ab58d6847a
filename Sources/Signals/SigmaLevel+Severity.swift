internal import MeshModel

extension SigmaLevel {
  /// The words of Prometheus rules, Falco's priorities and syslog's severities.
  init?(severity text: String) {
    switch text.lowercased() {
    case "critical", "page", "emergency", "alert", "fatal", "crit", "emerg": self = .critical
    case "high", "error", "major", "err": self = .high
    case "medium", "warning", "moderate", "minor", "warn": self = .medium
    case "low", "notice": self = .low
    case "informational", "info", "information", "debug", "none", "ok": self = .informational
    default: return nil
    }
  }
}
