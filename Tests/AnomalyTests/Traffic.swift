internal import Anomaly
internal import MeshModel

func workload(_ name: String) -> Subject { .workload(identity(name)) }

func identity(_ name: String) -> SPIFFEID {
  guard let identity = try? SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)") else {
    preconditionFailure("bad test name \(name)")
  }
  return identity
}

/// Feeds a scorer with requests as both sides report them, second by second.
struct Traffic {
  var scorer: Scorer
  private(set) var second: Int64 = 1_700_000_000
  private(set) var detections: [Detection] = []
  private var random: SeededRandom

  init(seed: UInt64 = 1) {
    scorer = Scorer(
      thresholds: [
        .anomaly: AlarmLevel.observe.score, .lateralMovement: 0.99, .authFailures: 0.99,
      ],
      entities: 1 << 12, secret: 1)
    random = SeededRandom(seed: seed)
  }

  /// How requests of one second are made.
  struct Call {
    var source: String
    var destination: String
    /// On average in a second.
    var rate = 5.0
    var path = "/items"
    /// The share of requests that end with `failure`.
    var failing = 0.0
    var failure = Outcome.answered(status: 401)
    var milliseconds: UInt32 = 10
    var responseBytes: UInt32 = 1_000
    /// Which sides report it.
    var sides: [Vantage] = [.source, .destination]
  }

  /// Runs `seconds` of the calls, and returns what was found in them.
  @discardableResult
  mutating func run(_ calls: [Call], seconds: Int) -> [Detection] {
    let before = detections.count
    for _ in 0..<seconds {
      for call in calls { send(call) }
      second += 1
    }
    return Array(detections[before...])
  }

  private mutating func send(_ call: Call) {
    let whole = Int(call.rate)
    let extra = Double.random(in: 0..<1, using: &random) < call.rate - Double(whole) ? 1 : 0
    // A little unevenness, as real callers have.
    let count = max(0, whole + extra + Int.random(in: -1...1, using: &random))
    for _ in 0..<count {
      let outcome =
        Double.random(in: 0..<1, using: &random) < call.failing
        ? call.failure : .answered(status: 200)
      let micros = call.milliseconds * UInt32.random(in: 800...1_200, using: &random)
      let bytes = call.responseBytes / 1_000 * UInt32.random(in: 800...1_200, using: &random)
      for vantage in call.sides {
        let (own, peer) =
          vantage == .source
          ? (call.source, call.destination) : (call.destination, call.source)
        var batch = ObservationBatch(
          reporter: ProxyID(principal: identity(own), node: own), vantage: vantage)
        batch.append(
          at: Timestamp(seconds: second), peer: .workload(identity(peer)), path: call.path,
          outcome, durationMicroseconds: micros, responseBytes: bytes)
        detections += scorer.score(batch)
      }
    }
  }
}

extension Detection {
  /// At least this level.
  func reaches(_ level: AlarmLevel) -> Bool { detector == .anomaly && score >= level.score }
}
