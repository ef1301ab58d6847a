internal import ControlViews
internal import Foundation

extension Listing {
  init(_ alerts: [AlertView]) {
    self.init(
      heading: ["ALERT", "AT", "SUBJECT", "DETECTOR", "SCORE", "STATE", "POLICY"],
      more: ["BY TWO", "MEASURE", "FOUND", "REASON"],
      rows: alerts.map { alert in
        Row(
          name: alert.id,
          cells: [
            alert.id, String(alert.at.dropLast(8)) + "Z", alert.subject, alert.detector,
            Self.score(alert.score), alert.state, alert.policy,
          ],
          more: [
            Self.score(alert.corroborated), alert.measure, alert.found, alert.reason ?? "-",
          ])
      }, whenEmpty: "Nothing was found yet that a policy matches.")
  }

  init(_ policies: [PolicyView]) {
    self.init(
      heading: ["POLICY", "MODE", "OPEN", "TTL", "STEPS"], more: ["MATCHES", "MAX", "FILE"],
      rows: policies.map { policy in
        Row(
          name: policy.name,
          cells: [
            policy.name, policy.mode, "\(policy.openActions.count)", "\(policy.ttlSeconds)s",
            policy.steps.joined(separator: "; "),
          ],
          more: [policy.matches.joined(separator: "; "), "\(policy.maxActive)", policy.file])
      }, whenEmpty: "No policy is loaded: nothing is ever done.")
  }

  init(_ scores: [ScoreView]) {
    self.init(
      heading: ["SUBJECT", "SCORE", "DETECTOR", "ACTS FROM", "LEARNED", "ACTIONS"],
      more: ["EVIDENCE"],
      rows: scores.map { score in
        let loudest = score.levels.max { $0.score < $1.score }
        return Row(
          name: score.subject,
          cells: [
            score.subject, Self.score(score.score), loudest?.detector ?? "-",
            loudest?.threshold.map(Self.score) ?? "-",
            score.warmUp.map { $0.isCold ? "\($0.learnedMinutes) min" : "yes" } ?? "-",
            Self.list(score.measures.map(\.action)),
          ], more: [Self.list(score.evidence.map(\.feature))])
      }, whenEmpty: "No subject is known yet.")
  }

  init(_ services: [ServiceView]) {
    self.init(
      heading: ["SERVICE", "REQUESTS/S", "FAILED", "DENIED", "MTLS", "REPORTING", "ACTIONS"],
      more: ["ATTACHED", "CALLERS", "CALLEES"],
      rows: services.map { service in
        Row(
          name: service.identity,
          cells: [
            service.identity, String(format: "%.2f", service.requestsPerSecond),
            Self.percent(service.failedShare), Self.percent(service.deniedShare),
            service.mtlsShare.map(Self.percent) ?? "-", "\(service.reporting)/\(service.proxies)",
            Self.list(service.measures.map(\.action)),
          ],
          more: [
            "\(service.attached)/\(service.proxies)",
            "\(service.callers.count + service.callersLeftOut)",
            "\(service.callees.count + service.calleesLeftOut)",
          ])
      }, whenEmpty: "No service is known: no proxy is connected, and nobody was called.")
  }

  private static func score(_ score: Double) -> String { String(format: "%.4f", score) }
  private static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }

  private static func list(_ texts: [String]) -> String {
    texts.isEmpty ? "-" : texts.joined(separator: ", ")
  }
}
