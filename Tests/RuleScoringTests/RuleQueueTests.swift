internal import MeshModel
internal import RuleScoring
internal import Testing

struct RuleQueueTests {
  private func batch(_ path: String, _ count: Int = 1) throws -> ObservationBatch {
    var batch = ObservationBatch(
      reporter: ProxyID(principal: try Requests.identity("users"), node: ""),
      vantage: .destination)
    for _ in 0..<count {
      batch.append(
        at: Timestamp(seconds: 1), peer: .workload(try Requests.identity("reports")), path: path,
        .answered(status: 200))
    }
    return batch
  }

  private func orders(_ change: (inout RuleQueue.Orders) -> Void) -> RuleQueue.Orders {
    var orders = RuleQueue.Orders()
    change(&orders)
    return orders
  }

  @Test("orders come between the batches that they came between")
  func order() throws {
    let subject = try Requests.subject("reports")
    var queue = RuleQueue()
    queue.push([try batch("/a")])
    queue.push(orders { $0.watch = Watch(followed: [subject]) })
    queue.push(orders { $0.spent = [subject: Timestamp(seconds: 2)] })
    queue.push([try batch("/b")])
    queue.push(orders { $0.scoredAt = Timestamp(seconds: 3) })
    let turns = [queue.take(), queue.take(), queue.take(), queue.take()]
    #expect(turns.map { $0?.batches.count } == [1, 1, 0, nil])
    #expect(turns[0]?.orders == RuleQueue.Orders())
    #expect(
      turns[1]?.orders
        == orders {
          $0.watch = Watch(followed: [subject])
          $0.spent = [subject: Timestamp(seconds: 2)]
        })
    #expect(turns[2]?.orders == orders { $0.scoredAt = Timestamp(seconds: 3) })
  }

  @Test("when too much waits the oldest batches go and are counted; no order is lost")
  func full() throws {
    let (first, second) = (try Requests.subject("reports"), try Requests.subject("users"))
    var queue = RuleQueue()
    #expect(!queue.isNearlyFull)
    for number in 0..<70 {
      if number == 1 { queue.push(orders { $0.spent = [first: Timestamp(seconds: 1)] }) }
      if number == 3 {
        queue.push(orders { $0.spent = [second: Timestamp(seconds: 2)] })
        queue.push(orders { $0.spent[first] = Timestamp(seconds: 3) })
      }
      queue.push([try batch("/\(number)", 1_024)])
    }
    #expect(queue.isNearlyFull)
    #expect(queue.shed == 6 * 1_024)
    let oldest = queue.take()
    let turn = try #require(oldest)
    #expect(
      turn.orders.spent == [first: Timestamp(seconds: 3), second: Timestamp(seconds: 2)])
    var left = turn.batches.count
    while let next = queue.take() { left += next.batches.count }
    #expect(left == 64)
  }
}
