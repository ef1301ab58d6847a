@testable internal import Anomaly
internal import MeshModel
internal import Testing

struct EntityTableTests {
  private func record(_ number: UInt64, second: UInt32 = 0) -> EntityRecord {
    var record = EntityRecord(key: number &* 0x9E37_79B9_7F4A_7C15, owner: UInt32(number))
    record.second = second
    return record
  }

  @Test("what is inserted is found, whatever the secret", arguments: [1, 2, UInt64.max])
  func find(secret: UInt64) {
    var table = EntityTable(limit: 1 << 10, secret: secret)
    for number in 1...1_000 { _ = table.insert(record(UInt64(number))) }
    for number in 1...1_000 {
      let found = table.find(record(UInt64(number)).key)
      #expect(found.map { table[$0].owner } == UInt32(number))
    }
    #expect(table.find(record(1_001).key) == nil)
  }

  @Test("a full table forgets the quiet, keeps its size, and finds all that it keeps")
  func full() throws {
    var table = EntityTable(limit: 1 << 8, secret: 7)
    var kept: Set<UInt32> = []
    for number in 1...10_000 {
      // Every eighth is busy for ever.
      let second: UInt32 = number.isMultiple(of: 8) && number <= 256 ? .max : UInt32(number)
      let (_, displaced) = table.insert(record(UInt64(number), second: second))
      kept.insert(UInt32(number))
      if let displaced { kept.remove(displaced.owner) }
      #expect(table.count <= 256)
    }
    #expect(kept.count == 256)
    for owner in kept { #expect(table.find(record(UInt64(owner)).key) != nil) }
    #expect((1...32).allSatisfy { kept.contains(UInt32($0 * 8)) })
    var seen = 0
    table.forEach { _ in seen += 1 }
    #expect(seen == 256)
  }
}

struct CardinalityTests {
  @Test("an owner's quiet records go, nobody else's do, and all that stay are found")
  func ownQuiet() {
    var table = EntityTable(limit: 1 << 8, secret: 7)
    func key(_ number: Int) -> UInt64 { UInt64(number) &* 0x9E37_79B9_7F4A_7C15 }
    var kept: Set<UInt64> = []
    for number in 1...200 {
      var record = EntityRecord(key: key(number), owner: UInt32(number % 2))
      record.second = UInt32(number)
      _ = table.insert(record)
      kept.insert(record.key)
    }
    var removed = 0
    for _ in 0..<1_000 {
      // It looks at a part of the table at a time.
      guard let record = table.removeQuiet(of: 1) else { continue }
      #expect(record.owner == 1)
      kept.remove(record.key)
      removed += 1
      if removed.isMultiple(of: 3) {
        let new = EntityRecord(key: key(1_000 + removed), owner: 0)
        _ = table.insert(new)
        kept.insert(new.key)
      }
    }
    #expect(removed == 100)
    #expect(table.count == kept.count)
    for key in kept { #expect(table.find(key) != nil) }
    var full = table
    for number in 2_000..<3_000 { _ = full.insert(EntityRecord(key: key(number), owner: 0)) }
    #expect(full.count == 256)
  }

  @Test("a flood of clients leaves memory bounded, and the one that scans amid it is found")
  func flood() throws {
    let gateway = identity("ingress")
    var scorer = Scorer(thresholds: [.lateralMovement: 0.99], entities: 1 << 15, secret: 1)
    var found: [Detection] = []
    let scanner = Subject.client(try #require(IPPrefix("198.51.100.1")), at: gateway)
    for number in 0..<24_000 {
      var batch = ObservationBatch(
        reporter: ProxyID(principal: gateway, node: "n"), vantage: .gateway)
      let at = Timestamp(seconds: 1_700_000_000 + Int64(number / 400))
      let address = "100.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
      batch.append(
        at: at, client: .client(try #require(IPPrefix(address)), at: gateway),
        to: .workload(identity("web")), path: "/p\(number)", .answered(status: 404))
      if number.isMultiple(of: 800) {
        batch.append(
          at: at, client: scanner, to: .workload(identity("web")), path: "/admin\(number)",
          .answered(status: 404))
      }
      found += scorer.score(batch)
    }
    #expect(Set(found.map(\.subject)) == [scanner])
    #expect(scorer.entityCount <= ScoringBounds.entitiesPerReporter)
    #expect(scorer.subjectCount <= ScoringBounds.subjectsPerReporter)
  }
}

struct KnownContactsTests {
  @Test("a contact is known for one generation at least, and two at most")
  func generations() {
    var contacts = KnownContacts()
    let hour: Int64 = 3600
    contacts.turn(at: 1)
    contacts.insert(42, by: 1)
    contacts.turn(at: 5 * hour)
    #expect(contacts.contains(42))
    contacts.turn(at: 7 * hour)
    #expect(contacts.contains(42))
    contacts.turn(at: 14 * hour)
    #expect(!contacts.contains(42))
  }

  @Test("one reporter cannot fill it, and gets its share anew with each generation")
  func share() {
    var contacts = KnownContacts()
    contacts.turn(at: 1)
    var random = SeededRandom(seed: 1)
    for _ in 0..<20_000 { contacts.insert(random.next(), by: 1) }
    let late = random.next()
    contacts.insert(late, by: 1)
    #expect(!contacts.contains(late))
    contacts.insert(late, by: 2)
    #expect(contacts.contains(late))
    contacts.turn(at: 7 * 3600)
    let next = random.next()
    contacts.insert(next, by: 1)
    #expect(contacts.contains(next))
  }
}

struct PeerRatesTests {
  private let betting = Betting()

  /// Seconds in which `bad` callers of `all` show authentication failures.
  private func peers(all: Int, bad: Int) -> PeerRates {
    var peers = PeerRates(destination: 1)
    for second in 100..<130 as Range<UInt32> {
      for caller in 0..<all {
        _ = peers.floors(excluding: UInt64(caller), at: second, betting)
        peers.count(UInt64(caller), opens: true, fresh: caller < bad ? 1 << 2 : 0)
      }
    }
    return peers
  }

  @Test("one or two bad callers excuse nobody", arguments: [1, 2])
  func fewBad(bad: Int) {
    var peers = peers(all: 5, bad: bad)
    for caller in 0..<5 {
      let floors = peers.floors(excluding: UInt64(caller), at: 130, betting)
      #expect(floors.levels[2] == 0)
    }
  }

  @Test("a destination that fails everybody excuses everybody")
  func allBad() {
    var peers = peers(all: 5, bad: 5)
    #expect(peers.floors(excluding: 0, at: 130, betting).levels[2] == Betting.off)
  }

  @Test("who is alone is judged by what the caller itself chooses only")
  func alone() {
    var peers = peers(all: 1, bad: 1)
    let floors = peers.floors(excluding: 0, at: 130, betting)
    #expect(floors.isAlone)
    #expect(floors.levels[EntityRecord.Index.largeRequests] == 0)
    // Others that fell silent are no peers.
    var silent = self.peers(all: 3, bad: 0)
    #expect(silent.floors(excluding: 0, at: 190, betting).isAlone)
  }
}

struct BettingTests {
  @Test("under its bound no factor grows on average")
  func fair() {
    let betting = Betting()
    for (level, bound) in betting.bounds.enumerated() {
      for lane in 0..<2 {
        let without = Double(betting.withoutFeature[level][lane])
        let with = without * Double(betting.onceShown[level][lane])
        #expect(abs(bound * with + (1 - bound) * without - 1) < 1e-5)
      }
    }
  }

  @Test("the bound of no failure in n seconds is about 4.6 in n")
  func clopperPearson() {
    let betting = Betting()
    for trials in [100, 1_000, 10_000] {
      let level = ClopperPearson.upperLevel(
        successes: 0, trials: trials, error: 0.01, betting: betting)
      let bound = betting.bounds[Int(level)]
      #expect(bound >= 4.6 / Double(trials) && bound < 5.4 / Double(trials))
    }
    #expect(
      ClopperPearson.upperLevel(successes: 5, trials: 5, error: 0.01, betting: betting)
        == Betting.off)
  }
}
