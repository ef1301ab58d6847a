package import MeshModel
internal import Telemetry
package import ThreatIntelligence

/// Holds requests and connections against an index of indicators, and turns what they meet into
/// detections.
///
/// A client of a gateway is blamed for its own address and agent, and for how it opens TLS; a workload
/// for its agent and for what it calls: by name, URL or address. Names that a client asks a gateway for
/// are nobody's deed. The same batches in the same order give the same findings. A request that meets
/// nothing costs no allocation.
package final class IndicatorScorer {
  /// Other indices may take its place; what was met before stays until its time is over.
  package var index: IndicatorIndex
  /// Requests that met an indicator.
  package private(set) var hits: UInt64 = 0
  private var evidence: EvidenceFilter
  private var subjects = RuleSubjects()
  private var met: [IndicatorMatch] = []

  package init(_ index: IndicatorIndex, gateways: Set<SPIFFEID>) {
    self.index = index
    evidence = EvidenceFilter(gateways: gateways)
  }

  package func findings(in batch: ObservationBatch) -> [Detection] {
    var detections: [Detection] = []
    // Copied once, and not for each request.
    let (index, evidence) = (index, evidence)
    let bytes = batch.bytes.span.bytes
    for observation in batch.observations {
      guard !observation.entry.isEmpty, evidence.admits(observation, batch.vantage),
        // It was read before, so it can be read.
        let fields = try? RequestFields(bytes, observation.entry.range)
      else { continue }
      lookUp(fields, batch.vantage, bytes, index, at: observation.start)
      if batch.vantage == .gateway, index.holdsFingerprints {
        lookUpFingerprints(of: observation, bytes, index)
      }
      if !met.isEmpty {
        note(observation, batch, index, &detections)
        met.removeAll(keepingCapacity: true)
      }
    }
    return detections
  }

  package func watch(_ watch: Watch) {
    evidence.watch(watch)
  }

  /// What is answered by an action is no reason for the next.
  package func spend(_ subject: Subject, before instant: Timestamp) {
    subjects.spend(subject.key, before: instant)
    evidence.spend(subject, before: instant)
  }

  /// The surest of what was met in the last minute; 0 without any.
  package func score(of subject: Subject, at now: Timestamp) -> Double {
    guard let entry = subjects.entry(of: subject.key), entry.subject == subject else { return 0 }
    return entry.records.filter {
      now <= $0.value.last.adding(milliseconds: RuleBounds.windowSeconds * 1_000)
    }.map { Self.score(ofKey: $0.key) }.max() ?? 0
  }

  @inline(__always)
  private func lookUp(
    _ fields: RequestFields, _ vantage: Vantage, _ bytes: borrowing RawSpan,
    _ index: IndicatorIndex, at now: Timestamp
  ) {
    switch vantage {
    case .gateway: lookUp(address: fields.clientAddress, bytes, index, at: now)
    case .source:
      lookUp(address: fields.destinationAddress, bytes, index, at: now)
      if !fields.authority.isEmpty {
        let authority = fields.authority.range
        index.matches(authority: authority, in: bytes, at: now) { met.append($0) }
        index.matches(authority: authority, path: fields.path.range, in: bytes, at: now) {
          met.append($0)
        }
      }
    case .destination: break
    }
    if !fields.userAgent.isEmpty {
      index.matches(userAgent: fields.userAgent.range, in: bytes, at: now) { met.append($0) }
    }
  }

  /// The whole address, though of IPv6 a client is all that shares its first 64 bits.
  @inline(__always)
  private func lookUp(
    address: ByteRange, _ bytes: borrowing RawSpan, _ index: IndicatorIndex, at now: Timestamp
  ) {
    guard let address = IPPrefix(addressIn: bytes, address.range) else { return }
    index.matches(address, at: now) { met.append($0) }
  }

  /// Of a gateway's clients alone: within the mesh it is sidecars that open TLS.
  private func lookUpFingerprints(
    of observation: Observation, _ bytes: borrowing RawSpan, _ index: IndicatorIndex
  ) {
    // It was read before, so it can be read.
    guard let logged = try? ClientFingerprints(bytes, observation.entry.range) else { return }
    let now = observation.start
    if !logged.ja3.isEmpty {
      index.matches(fingerprint: logged.ja3.range, in: bytes, at: now) { met.append($0) }
    }
    if !logged.ja4.isEmpty {
      index.matches(fingerprint: logged.ja4.range, in: bytes, at: now) { met.append($0) }
    }
  }

  private func note(
    _ observation: Observation, _ batch: ObservationBatch, _ index: IndicatorIndex,
    _ detections: inout [Detection]
  ) {
    hits &+= 1
    let subject = batch.source(of: observation)
    // The surest first, for only so many are kept.
    met.sort { $0.confidence > $1.confidence }
    for match in met.prefix(RuleBounds.rulesPerRequest) {
      let indicator = MatchedIndicator(index.indicator(of: match))
      let found = subjects.update(
        subject, Self.key(of: indicator), level: Self.score(ofKey:), at: observation.start
      ) { record -> RuleRecord? in
        record.add(batch.reporter.principal, at: observation.start)
        record.add(batch.destination(of: observation))
        return record.isNews() ? record : nil
      }
      guard let record = found ?? nil else { continue }
      detections.append(
        Detection(
          subject: subject, detector: .indicator, score: indicator.score,
          corroborated: record.witnesses.count >= 2 ? indicator.score : 0,
          failures: record.matches, total: record.matches, onset: record.onset, at: record.last,
          destinations: record.destinations.sorted(), witnesses: record.witnesses.sorted(),
          indicator: indicator))
    }
  }

  /// Stands for the indicator, whatever index it is in; its lowest bits are the confidence.
  private static func key(of indicator: MatchedIndicator) -> Int {
    let text = "\(indicator.feed)\n\(indicator.id)\n\(indicator.kind.rawValue)\n\(indicator.value)"
    return Int(bitPattern: UInt(StableHash(text).value)) & ~0x7F | min(indicator.confidence, 100)
  }

  private static func score(ofKey key: Int) -> Double { MatchedIndicator.score(key & 0x7F) }
}

extension MatchedIndicator {
  init(_ indicator: Indicator) {
    let kind: Kind =
      switch indicator.value {
      case .range: .address
      case .domain: .domain
      case .url: .url
      case .userAgent: .agent
      case .fingerprint: .fingerprint
      }
    self.init(
      feed: indicator.provenance.feed, id: String(excerpt: indicator.provenance.id),
      link: indicator.provenance.link, kind: kind,
      value: String(excerpt: indicator.value.description), confidence: Int(indicator.confidence),
      validFrom: indicator.validFrom, validUntil: indicator.validUntil)
  }
}
