internal import MeshModel

/// What is still to happen, by time, and at the same time in the order it was put in: a binary heap.
struct EventQueue: Sendable {
  private struct Entry: Sendable {
    var at: Timestamp
    var number: Int
    var event: Event
  }

  private var heap: [Entry] = []
  private var count = 0

  mutating func put(_ event: Event, at instant: Timestamp) {
    count += 1
    heap.append(Entry(at: instant, number: count, event: event))
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func take() -> (event: Event, at: Timestamp)? {
    guard !heap.isEmpty else { return nil }
    heap.swapAt(0, heap.count - 1)
    let first = heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if isBefore(child, least) { least = child }
      }
      guard least != parent else { break }
      heap.swapAt(parent, least)
      parent = least
    }
    return (first.event, first.at)
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (heap[left].at, heap[left].number) < (heap[right].at, heap[right].number)
  }
}
