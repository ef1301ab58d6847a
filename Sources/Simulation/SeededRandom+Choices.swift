internal import MeshModel

extension SeededRandom {
  /// True in `percent` of 100 cases.
  mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }

  /// A whole number within the range.
  mutating func between(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// Traps when there is nothing to choose from.
  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int(next() % UInt64(choices.count))]
  }
}
