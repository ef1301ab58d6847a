package import MeshModel
package import Sigma
internal import Telemetry

/// Runs rules and correlations over batches, and turns matches into detections.
///
/// A rule is about who sent the request. What arrived somewhere is matched by rules for `webserver`,
/// what was sent by rules for `proxy`; as soon as one matched, the other side's report of the same
/// subject is matched by it too, as a second witness. The same batches in the same order give the
/// same findings.
package final class RuleScorer {
  package let rules: LoadedRules
  /// By the position of the rule; correlations follow.
  package private(set) var statistics: [RuleStatistics]
  private let matchers: [LogSource: RuleMatcher]
  private let secret: UInt64
  private var texts = RequestTexts()
  private var windows: CorrelationWindows
  private var subjects = RuleSubjects()
  private var evidence: EvidenceFilter
  private var matched: [Int] = []
  /// The place of each rule among those of a request, the gravest first.
  private let ranks: [Int]
  /// Matches of a request beyond `RuleBounds.rulesPerRequest`: counted for the rule and by correlations,
  /// but reported of nobody.
  private var unreportedMatches: UInt64 = 0

  /// Gateways speak of their clients at their own listeners; what they pass on is not theirs. The
  /// `secret` is for the keys of correlations.
  package init(
    _ rules: LoadedRules, gateways: Set<SPIFFEID>, secret: UInt64
  ) throws(PatternError) {
    self.rules = rules
    self.secret = secret
    evidence = EvidenceFilter(gateways: gateways)
    statistics = Array(repeating: RuleStatistics(), count: rules.count)
    var matchers: [LogSource: RuleMatcher] = [:]
    for (source, index) in rules.indexes { matchers[source] = try RuleMatcher(index) }
    self.matchers = matchers
    windows = CorrelationWindows(rules.correlations)
    ranks = rules.ranks
  }

  /// Takes over what another run with the same secret knows of rules and correlations that are the
  /// same here.
  package func keep(from other: RuleScorer) {
    let positions = rules.positions(of: other.rules)
    for (old, new) in positions { statistics[new] = other.statistics[old] }
    subjects = other.subjects.renumbered(positions)
    let (count, oldCount) = (rules.ruleSet.rules.count, other.rules.ruleSet.rules.count)
    for (old, new) in positions where old >= oldCount {
      windows.keep(old - oldCount, of: other.windows, as: new - count)
    }
    evidence.keep(from: other.evidence)
    unreportedMatches = other.unreportedMatches
  }

  package var subjectCount: Int { subjects.count }

  package var losses: RuleLosses {
    RuleLosses(
      correlations: windows.ledger, unreportedMatches: unreportedMatches,
      failedScans: matchers.values.reduce(0) { $0 &+ $1.failedScans })
  }

  package func findings(in batch: ObservationBatch) -> Findings {
    var detections: [Detection] = []
    let source = LogSource(batch.vantage)
    let bytes = batch.bytes.span.bytes
    // Copied once, and not for each request.
    let evidence = evidence
    for observation in batch.observations
    where Self.isRequest(observation) && evidence.admits(observation, batch.vantage) {
      // It was read before, so it can be read.
      guard let fields = try? RequestFields(bytes, observation.entry.range) else { continue }
      texts.load(bytes, fields)
      matched.removeAll(keepingCapacity: true)
      matchers[source]?.match(texts) { matched.append($0) }
      if !matched.isEmpty { note(observation, batch, &detections) }
      if subjects.contains(observation.source), batch.vantage != .gateway {
        corroborate(observation, batch, source.other, &detections)
      }
    }
    return Findings(detections: detections)
  }

  package func watch(_ watch: Watch) {
    evidence.watch(watch)
  }

  /// What is answered by an action is no reason for the next.
  package func spend(_ subject: Subject, before instant: Timestamp) {
    subjects.spend(subject.key, before: instant)
    evidence.spend(subject, before: instant)
  }

  /// The gravest of what matched in the last minute; 0 without any.
  package func score(of subject: Subject, at now: Timestamp) -> Double {
    guard let entry = subjects.entry(of: subject.key), entry.subject == subject else { return 0 }
    return entry.records.filter {
      now <= $0.value.last.adding(milliseconds: RuleBounds.windowSeconds * 1_000)
    }.map { rules.level(of: $0.key).score }.max() ?? 0
  }

  /// A connection has nothing that rules ask for.
  private static func isRequest(_ observation: Observation) -> Bool {
    !observation.entry.isEmpty && observation.outcome != .connected
  }

  private func note(
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let subject = batch.source(of: observation)
    for rule in matched { count(rule, at: observation.start) }
    let reported = gravest()
    let unreported = matched.count - reported.count
    unreportedMatches &+= UInt64(unreported)
    for rule in reported {
      let isHidden = rules.correlations.hiddenRules.contains(rule)
      update(subject, rule, observation, &detections) { record in
        record.add(batch.reporter.principal, at: observation.start)
        // Of what only correlations hear of, who saw it is all that is asked.
        if isHidden { return false }
        record.add(batch.destination(of: observation))
        guard record.isNews() else { return false }
        record.matched = requestLine(unreported)
        return true
      }
    }
    correlate(observation, batch, subject, &detections)
  }

  /// Those of the matched rules that are reported.
  private func gravest() -> [Int] {
    guard matched.count > RuleBounds.rulesPerRequest else { return matched }
    return Array(
      matched.sorted { ranks[$0] < ranks[$1] }.prefix(RuleBounds.rulesPerRequest))
  }

  /// Changes what is known of a subject and a rule, and reports it if `change` says so.
  private func update(
    _ subject: Subject, _ rule: Int, _ observation: Observation, _ detections: inout [Detection],
    _ change: (inout RuleRecord) -> Bool
  ) {
    let found = subjects.update(
      subject, rule, level: { self.rules.weight(of: $0) }, at: observation.start
    ) { record in change(&record) ? record : nil }
    guard let record = found ?? nil else { return }
    detections.append(
      detection(of: subject, .rule, record, rules.describe(rule, matched: record.matched)))
  }

  private func correlate(
    _ observation: Observation, _ batch: ObservationBatch, _ subject: Subject,
    _ detections: inout [Detection]
  ) {
    let event = rules.correlations.event(
      matched, at: observation.start, texts, caller: batch.names[Int(observation.sourceName)],
      service: batch.names[Int(observation.destinationName)], secret: secret)
    guard let event else { return }
    for match in windows.take(event) {
      let number = rules.ruleSet.rules.count + match.correlation
      count(number, at: observation.start)
      if isAbout(subject, match, batch.vantage) {
        found(match, number, observation, batch, subject, &detections)
      } else if case .workload(let service) = batch.destination(of: observation) {
        detections.append(ofMany(match, number, .workload(service), batch, observation))
      }
    }
  }

  /// Whether all that the match counted is the subject's own. At a gateway an address names the client
  /// as well, unless others told of that address too.
  private func isAbout(_ subject: Subject, _ match: CorrelationMatch, _ vantage: Vantage) -> Bool {
    guard rules.isByCaller[match.correlation] else { return false }
    if match.caller != nil { return true }
    guard vantage == .gateway, match.isGroupedByAddress else { return false }
    let own = Set(rules.counted[match.correlation]).reduce(0) {
      $0 + (subjects.entry(of: subject.key)?.records[$1]?.matches ?? 0)
    }
    return own >= match.events
  }

  /// Who saw what a correlation counted. They corroborate it only where without the one who told
  /// most, half of its events would be left: else one reporter could add its own to somebody's one.
  private func witnesses(of match: CorrelationMatch, _ subject: Subject) -> [SPIFFEID] {
    var reports: [SPIFFEID: Int] = [:]
    for rule in Set(rules.counted[match.correlation]) {
      guard let record = subjects.entry(of: subject.key)?.records[rule] else { continue }
      for (witness, count) in record.reports { reports[witness, default: 0] += count }
    }
    let ranked = reports.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let others = ranked.dropFirst().reduce(0) { $0 + $1.value }
    return ranked.prefix(2 * others + 1 >= match.events ? RuleBounds.witnesses : 1).map(\.key)
  }

  private func found(
    _ match: CorrelationMatch, _ number: Int, _ observation: Observation,
    _ batch: ObservationBatch, _ subject: Subject, _ detections: inout [Detection]
  ) {
    let witnesses = witnesses(of: match, subject)
    let text = match.explanation(rules.correlations).prefix(2).joined(separator: "; ")
    update(subject, number, observation, &detections) { record in
      record.onset = min(record.onset, match.first)
      record.add(batch.reporter.principal, at: observation.start)
      record.add(batch.destination(of: observation))
      record.matched = text
      record.replaceWitnesses(witnesses)
      return record.isNews()
    }
  }

  private func ofMany(
    _ match: CorrelationMatch, _ number: Int, _ service: Subject, _ batch: ObservationBatch,
    _ observation: Observation
  ) -> Detection {
    var record = RuleRecord(at: match.first)
    let text = match.explanation(rules.correlations).prefix(2).joined(separator: "; ")
    record.add(batch.reporter.principal, at: observation.start)
    record.add(batch.destination(of: observation))
    record.matches = match.events
    return detection(of: service, .ruleOfMany, record, rules.describe(number, matched: text))
  }

  /// Has the other side of a subject's requests matched by the rules that found something.
  private func corroborate(
    _ observation: Observation, _ batch: ObservationBatch, _ source: LogSource,
    _ detections: inout [Detection]
  ) {
    let subject = batch.source(of: observation)
    guard let entry = subjects.entry(of: observation.source), entry.subject == subject,
      entry.records.contains(where: { isAlone($0.value, batch) })
    else { return }
    matched.removeAll(keepingCapacity: true)
    matchers[source]?.match(texts) { matched.append($0) }
    for rule in matched where entry.records[rule].map({ isAlone($0, batch) }) ?? false {
      update(subject, rule, observation, &detections) { record in
        record.add(batch.reporter.principal)
        return record.isNews() && !rules.correlations.hiddenRules.contains(rule)
      }
    }
  }

  private func isAlone(_ record: RuleRecord, _ batch: ObservationBatch) -> Bool {
    let reporter = batch.reporter.principal
    return record.reports.count == 1 && record.reports[0].witness != reporter
      || batch.vantage == .source && record.reports.contains { $0.witness == reporter }
  }

  private func count(_ rule: Int, at start: Timestamp) {
    statistics[rule].matches &+= 1
    statistics[rule].last = max(statistics[rule].last ?? start, start)
  }

  private func requestLine(_ unreported: Int) -> String {
    let method = texts.printable(.method, bytes: 16)
    let path = texts.printable(.path, bytes: RuleBounds.pathBytes)
    let line = method.isEmpty ? path : "\(method) \(path)"
    return unreported == 0 ? line : line + " (\(unreported) more rules match)"
  }
}
