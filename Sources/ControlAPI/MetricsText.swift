/// Prometheus' text format, version 0.0.4.
struct MetricsText: CustomStringConvertible {
  private(set) var description = ""

  mutating func add(_ name: String, _ type: String, _ help: String, _ value: Double) {
    add(name, type, help, [([:], value)])
  }

  mutating func add(
    _ name: String, _ type: String, _ help: String, _ samples: [([String: String], Double)]
  ) {
    description += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    for (labels, value) in samples {
      let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
      let braces = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
      description += "\(name)\(braces) \(value)\n"
    }
  }

  /// A histogram; `counts` are of each bucket alone, with one more than `bounds` for the rest.
  mutating func add(
    _ name: String, _ help: String, bounds: [Double], counts: [Int], sum: Double
  ) {
    description += "# HELP \(name) \(help)\n# TYPE \(name) histogram\n"
    var total = 0
    for (bound, count) in zip(bounds.map { "\($0)" } + ["+Inf"], counts) {
      total += count
      description += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
    }
    description += "\(name)_sum \(sum)\n\(name)_count \(total)\n"
  }
}
