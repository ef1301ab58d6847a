internal import Anomaly
internal import MeshModel
internal import Testing

private let gateway = identity("ingress")

/// Requests of clients outside the mesh, as the gateway reports them.
struct ClientGuardTests {
  private func client(_ number: UInt32) throws -> Subject {
    let address = "203.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    return .client(try #require(IPPrefix(address)), at: gateway)
  }

  private func seen(
    _ client: Subject, _ path: String, _ status: UInt16, at second: Int64 = 0
  ) -> ObservationBatch {
    var batch = ObservationBatch(
      reporter: ProxyID(principal: gateway, node: "n"), vantage: .gateway)
    batch.append(
      at: Timestamp(seconds: 1_000_000 + second), client: client,
      to: .workload(identity("payments")), path: path, .answered(status: status))
    return batch
  }

  private func scorer() -> Scorer {
    Scorer(
      thresholds: [.lateralMovement: 0.99, .authFailures: 0.99], entities: 1 << 12, secret: 1)
  }

  @Test("a client that asks for paths nobody ever reached is a scanner; its neighbour is not")
  func scan() throws {
    var scorer = scorer()
    var found: [Detection] = []
    for number in 0..<6 {
      found += scorer.score(seen(try client(2), "/", 200))
      found += scorer.score(seen(try client(1), "/admin\(number)", 404))
    }
    #expect(Set(found.map(\.subject)) == [try client(1)])
    #expect(found.allSatisfy { $0.witnesses == [gateway] })
  }

  @Test("a page that others reached and that is gone now is no scan")
  func gone() throws {
    var scorer = scorer()
    for path in 0..<6 { _ = scorer.score(seen(try client(1), "/page\(path)", 200)) }
    for path in 0..<6 {
      #expect(scorer.score(seen(try client(2), "/page\(path)", 404)).isEmpty)
    }
  }

  @Test("while nobody is let in, being turned away is no client's doing")
  func lockedOut() throws {
    var scorer = scorer()
    var found: [Detection] = []
    for second in 0..<60 {
      for number: UInt32 in 1...6 {
        found += scorer.score(seen(try client(number), "/login", 401, at: Int64(second)))
      }
    }
    // What they did before there was anybody to compare them with is not held against them for long.
    let late = found.filter { $0.at.second > 1_000_010 }
    #expect(late.isEmpty)
  }

  @Test("clients that fail on purpose excuse nobody while others are served")
  func mintedPeers() throws {
    var scorer = scorer()
    var found: [Detection] = []
    for second in 0..<40 {
      for number: UInt32 in 100..<132 {
        found += scorer.score(seen(try client(number), "/login", 401, at: Int64(second)))
      }
      _ = scorer.score(seen(try client(1), "/", 200, at: Int64(second)))
      found += scorer.score(seen(try client(2), "/login", 401, at: Int64(second)))
    }
    #expect(found.contains { $0.subject == (try? client(2)) })
  }

  @Test("repeated failed logins of one client are found while others log in")
  func logins() throws {
    var scorer = scorer()
    var found: [Detection] = []
    for second in 0..<20 {
      for number: UInt32 in 2...5 {
        found += scorer.score(seen(try client(number), "/login", 200, at: Int64(second)))
      }
      found += scorer.score(seen(try client(1), "/login", 401, at: Int64(second)))
    }
    #expect(Set(found.map(\.subject)) == [try client(1)])
    #expect(Set(found.map(\.detector)) == [.authFailures])
  }
}
