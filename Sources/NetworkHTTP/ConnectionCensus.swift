internal import MeshModel
internal import Synchronization

/// Counts connections by the address at their other end.
final class ConnectionCensus: Sendable {
  private let perAddress: Int
  private let counts = Mutex<[IPPrefix?: Int]>([:])

  init(perAddress: Int) {
    self.perAddress = perAddress
  }

  /// Whether there is room for one more, which then is counted.
  func enter(_ address: IPPrefix?) -> Bool {
    counts.withLock { counts in
      let count = counts[address, default: 0]
      guard count < perAddress else { return false }
      counts[address] = count + 1
      return true
    }
  }

  func leave(_ address: IPPrefix?) {
    counts.withLock { counts in
      let count = counts[address, default: 0]
      counts[address] = count > 1 ? count - 1 : nil
    }
  }
}
