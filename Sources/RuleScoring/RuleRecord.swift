internal import MeshModel

/// What one rule matched of one subject lately.
struct RuleRecord {
  var matches = 0
  var onset: Timestamp
  var last: Timestamp
  /// Those who saw it, in the order they came, and how many matches each of them reported.
  private(set) var reports: [(witness: SPIFFEID, count: Int)] = []
  var destinations: [Destination] = []
  var matched = ""
  private var reportedAt: Timestamp?
  private var reportedWitnesses = 0

  init(at start: Timestamp) {
    onset = start
    last = start
  }

  /// A match that the witness saw.
  mutating func add(_ witness: SPIFFEID, at start: Timestamp) {
    matches &+= 1
    onset = min(onset, start)
    last = max(last, start)
    add(witness)
  }

  mutating func add(_ destination: Destination) {
    if destinations.count < Detection.maximumDestinations, !destinations.contains(destination) {
      destinations.append(destination)
    }
  }

  mutating func add(_ witness: SPIFFEID) {
    if let place = reports.firstIndex(where: { $0.witness == witness }) {
      reports[place].count &+= 1
    } else if reports.count < RuleBounds.witnesses {
      reports.append((witness, 1))
    }
  }

  /// For what nobody saw by itself.
  mutating func replaceWitnesses(_ witnesses: [SPIFFEID]) {
    reports = witnesses.map { ($0, 1) }
  }

  var witnesses: [SPIFFEID] { reports.map(\.witness) }

  /// Whether the loop should hear of it: the first match, a second witness, or something every second.
  mutating func isNews() -> Bool {
    let isRepeat = reportedAt.map {
      last < $0.adding(milliseconds: RuleBounds.repeatMilliseconds)
    }
    let isSecondWitness = reportedWitnesses < 2 && witnesses.count >= 2
    guard isRepeat != true || isSecondWitness else { return false }
    reportedAt = last
    reportedWitnesses = witnesses.count
    return true
  }
}
