@testable internal import Anomaly
internal import MeshModel
internal import Testing

/// Services whose proxies report some requests each minute.
private struct Services {
  var traffic = ServiceTraffic()
  var threshold: Double? = 0.99
  private(set) var minute: Int64 = 28_333_333
  private var random = SeededRandom(seed: 1)

  /// `requests` in each of the next minutes, a few more or less, in two batches; nil is silence.
  mutating func run(
    _ requests: Int?, minutes: Int, of name: String = "payments", isActing: Bool = false
  ) -> [Detection] {
    var found: [Detection] = []
    for _ in 0..<minutes {
      if let requests {
        let wave = requests / 10
        let count = requests + (wave > 0 ? Int.random(in: -wave...wave, using: &random) : 0)
        for second in [15, 45] as [Int64] {
          found += report(count / 2, at: minute * 60 + second, of: name, isActing: isActing)
        }
      }
      minute += 1
    }
    return found
  }

  /// One batch of a service's own proxy.
  mutating func report(
    _ count: Int, at second: Int64, of name: String, isActing: Bool = false
  ) -> [Detection] {
    let now = Timestamp(seconds: second)
    var batch = ObservationBatch(
      reporter: ProxyID(principal: identity(name), node: name), vantage: .destination)
    batch.append(at: now, peer: .workload(identity("caller")), path: "/", .connected)
    let key = batch.names[0].key
    let found = traffic.hear(key, at: now, isActing: isActing, threshold: threshold)
    if count > 0 { traffic.add(count, key, like: batch.observations[0], in: batch) }
    return found
  }
}

struct ServiceTrafficTests {
  @Test("a service with far more requests than usual is found, and nobody is blamed for it")
  func flood() throws {
    var services = Services()
    #expect(services.run(600, minutes: 400).isEmpty)
    let minute = services.minute
    let found = services.run(3_000, minutes: 10)
    let first = try #require(found.first)
    #expect(found.count == 1)
    #expect(first.detector == .serviceTraffic && first.subject == workload("payments"))
    #expect(first.corroborated == 0 && first.witnesses == [identity("payments")])
    #expect(first.onset == Timestamp(seconds: minute * 60))
    #expect(first.failures > 2_500 && (540...660).contains(first.total))
  }

  @Test("nothing is unusual before 250 minutes were counted")
  func warmUp() {
    var services = Services()
    #expect(services.run(600, minutes: 245).isEmpty)
    #expect(services.run(3_000, minutes: 3).isEmpty)
    #expect(services.run(600, minutes: 100).isEmpty)
    #expect(!services.run(9_000, minutes: 3).isEmpty)
  }

  @Test("silence of the reporter is a gap, and so are the torn minutes at its ends")
  func silence() {
    var services = Services()
    _ = services.run(600, minutes: 300)
    for _ in 0..<20 {
      // The stream breaks and comes back in the middle of a minute.
      #expect(services.report(150, at: services.minute * 60 + 10, of: "payments").isEmpty)
      #expect(services.run(nil, minutes: 15).isEmpty)
      #expect(services.report(100, at: services.minute * 60 + 50, of: "payments").isEmpty)
      #expect(services.run(nil, minutes: 1).isEmpty)
      #expect(services.run(600, minutes: 20).isEmpty)
    }
  }

  @Test("a reporter that is heard and counts no requests tells of none")
  func stopped() throws {
    var services = Services()
    _ = services.run(600, minutes: 400)
    let found = services.run(0, minutes: 10)
    #expect(try #require(found.first).failures == 0)
  }

  @Test("minutes in which something of ours is in force are left out")
  func ownEffects() {
    var services = Services()
    _ = services.run(600, minutes: 400)
    #expect(services.run(30, minutes: 60, isActing: true).isEmpty)
    #expect(services.run(600, minutes: 60).isEmpty)
  }

  @Test("entries a few seconds late count in their minute")
  func lateness() {
    var services = Services()
    _ = services.run(600, minutes: 300)
    for _ in 0..<100 {
      // Half of each minute's requests are reported after the next has begun.
      let start = services.minute * 60
      #expect(services.report(300, at: start + 30, of: "payments").isEmpty)
      #expect(services.report(0, at: start + 65, of: "payments").isEmpty)
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity("payments"), node: "p"), vantage: .destination)
      batch.append(
        at: Timestamp(seconds: start + 58), peer: .workload(identity("caller")), path: "/",
        .connected)
      services.traffic.add(300, batch.names[0].key, like: batch.observations[0], in: batch)
      #expect(services.run(nil, minutes: 1).isEmpty)
    }
  }

  @Test("one incident is one alarm, unless it grows tenfold")
  func rest() {
    var services = Services()
    _ = services.run(600, minutes: 400)
    #expect(services.run(3_000, minutes: 5).count == 1)
    #expect(services.run(600, minutes: 60).isEmpty)
  }

  @Test("no policy, no detection")
  func noPolicy() {
    var services = Services()
    services.threshold = nil
    _ = services.run(600, minutes: 400)
    #expect(services.run(3_000, minutes: 10).isEmpty)
  }

  @Test("the busiest have a series, first come, and the quietest makes room")
  func bound() {
    var services = Services()
    let quiet = (0..<ScoringBounds.services).map { "quiet\($0)" }
    for _ in 0..<12 {
      for name in quiet + ["busy", "usual"] {
        let count = name == "busy" ? 900 : 100 + (name.hasSuffix("7") ? 0 : 50)
        for second in [15, 45] as [Int64] {
          _ = services.report(count, at: services.minute * 60 + second, of: name)
        }
      }
      _ = services.run(nil, minutes: 1)
      #expect(services.traffic.count == ScoringBounds.services)
    }
    #expect(services.traffic.services.contains(identity("busy")))
    #expect(!services.traffic.services.contains(identity("usual")))
    let gone = quiet.filter { !services.traffic.services.contains(identity($0)) }
    #expect(gone.count == 1 && gone[0].hasSuffix("7"))
  }

  @Test("one gateway has its share and no more, and displaces only its own")
  func reporterBound() throws {
    var services = Services()
    _ = services.run(10, minutes: 15)
    for minute in 0..<20 as Range<Int64> {
      let now = Timestamp(seconds: (services.minute + minute) * 60 + 30)
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity("ingress"), node: "i"), vantage: .gateway)
      for number in 0..<100 {
        batch.append(
          at: now, client: .client(try #require(IPPrefix("203.0.113.7")), at: identity("ingress")),
          to: .workload(identity("s\(number)")), path: "/", .connected)
      }
      _ = services.traffic.hear(batch.names[0].key, at: now, isActing: false, threshold: nil)
      for (number, observation) in batch.observations.enumerated() {
        services.traffic.add(
          1_000 + 50 * number * number, observation.destination, like: observation, in: batch)
      }
    }
    #expect(services.traffic.count == 1 + ScoringBounds.servicesPerReporter)
    #expect(services.traffic.services.contains(identity("payments")))
    #expect(services.traffic.services.contains(identity("s99")))
  }

  @Test("the called side and gateways count, each for itself; what we stopped does not")
  func sides() throws {
    var scorers = (0..<3).map {
      Scorer(thresholds: [.serviceTraffic: 0.99], shard: $0, of: 3, entities: 1 << 8, secret: 1)
    }
    let now = Timestamp(seconds: 1_700_000_000)
    let client = Subject.client(try #require(IPPrefix("203.0.113.7")), at: identity("ingress"))
    var batches: [ObservationBatch] = []
    for (name, vantage) in [("orders", Vantage.source), ("users", .destination)] {
      batches.append(
        ObservationBatch(reporter: ProxyID(principal: identity(name), node: name), vantage: vantage)
      )
      batches[batches.count - 1].append(
        at: now, peer: .workload(identity("peer")), path: "/", .answered(status: 200))
    }
    batches.append(
      ObservationBatch(
        reporter: ProxyID(principal: identity("ingress"), node: "i"), vantage: .gateway))
    batches[2].append(
      at: now, client: client, to: .workload(identity("web")), path: "/", .answered(status: 200))
    batches[2].append(at: now, client: client, to: .unresolved("x"), path: "/", .unreachable)
    batches[2].append(at: now, client: client, to: .workload(identity("mail")), path: "/", .limited)
    for index in scorers.indices { for batch in batches { _ = scorers[index].score(batch) } }
    #expect(scorers.flatMap(\.services.services).sorted() == [identity("users"), identity("web")])
  }

  @Test("each request counts for its own destination and minute")
  func runs() throws {
    var scorer = Scorer(thresholds: [.serviceTraffic: 0.99], entities: 1 << 8, secret: 1)
    let client = Subject.client(try #require(IPPrefix("203.0.113.7")), at: identity("ingress"))
    var found: [Detection] = []
    var random = SeededRandom(seed: 3)
    for minute in 0..<Int64(302) {
      // Reported just after the minute, with the first requests of the next.
      let start = 1_700_000_040 + minute * 60
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity("ingress"), node: "i"), vantage: .gateway)
      let more = minute == 300 ? 300 : Int.random(in: 0...6, using: &random)
      for (name, second, count) in [
        ("web", 50, 10 + more), ("mail", 51, 5), ("web", 52, 10),
        ("web", 62, minute == 300 ? 27 : 20), ("mail", 63, 5),
      ] as [(String, Int64, Int)] {
        for _ in 0..<count {
          batch.append(
            at: Timestamp(seconds: start + second), client: client,
            to: .workload(identity(name)), path: "/", .answered(status: 200))
        }
      }
      found += scorer.score(batch)
    }
    let first = try #require(found.first)
    #expect(found.count == 1)
    #expect(first.subject == workload("web"))
    #expect(first.failures == 340)
  }
}
