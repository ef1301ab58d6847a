package import Yams

/// Walks nodes, collecting every mistake with its place instead of stopping at the first.
///
/// A read that fails records a diagnostic and gives nil; the caller goes on, and the whole result
/// counts only when `diagnostics` stays empty.
package struct YAMLReader {
  package let file: String
  package var diagnostics: [Diagnostic] = []

  package init(file: String) {
    self.file = file
  }

  package mutating func fail(_ message: String, at node: Node) {
    diagnostics.append(
      Diagnostic(
        file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, message: message))
  }

  /// The fields of a mapping; unknown ones and missing required ones are mistakes.
  package mutating func fields(
    of node: Node, _ what: String, required: [String], optional: [String] = []
  ) -> [String: Node] {
    guard case .mapping(let mapping) = node else {
      fail("\(what) must be a mapping", at: node)
      return [:]
    }
    var fields: [String: Node] = [:]
    let known = required + optional
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        fail("a key of \(what) must be a plain name", at: key)
        continue
      }
      if known.contains(name) {
        fields[name] = value
      } else {
        fail(
          "unknown key '\(name)' in \(what); known are \(known.sorted().joined(separator: ", "))",
          at: key)
      }
    }
    for name in required where fields[name] == nil {
      fail("\(what) needs '\(name)'", at: node)
    }
    return fields
  }

  package mutating func list(_ node: Node?, _ what: String) -> [Node] {
    guard let node else { return [] }
    guard case .sequence(let sequence) = node else {
      fail("\(what) must be a list", at: node)
      return []
    }
    return Array(sequence)
  }

  package mutating func text(_ node: Node?, _ what: String) -> String? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else {
      fail("\(what) must be a text", at: node)
      return nil
    }
    return text
  }

  package mutating func boolean(_ node: Node?, _ what: String) -> Bool? {
    guard let node else { return nil }
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default:
      fail("\(what) must be true or false", at: node)
      return nil
    }
  }

  package mutating func integer(_ node: Node?, _ what: String, in range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
      fail(
        "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound)", at: node)
      return nil
    }
    return value
  }

  /// A score, from 0 to below 1.
  package mutating func score(_ node: Node?, _ what: String) -> Double? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, let value = Double(text), value >= 0, value < 1 else {
      fail("\(what) must be a number from 0 to below 1", at: node)
      return nil
    }
    return value
  }

  /// A share, above 0 and at most 1.
  package mutating func share(_ node: Node?, _ what: String) -> Double? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, let value = Double(text), value > 0, value <= 1 else {
      fail("\(what) must be a number above 0 and at most 1", at: node)
      return nil
    }
    return value
  }

  /// Milliseconds, written with a unit: `250ms`, `60s`, `15m`, `1h`.
  package mutating func duration(_ node: Node?, _ what: String, atMost: Int64 = 86_400_000)
    -> Int64?
  {
    guard let node else { return nil }
    let units: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)]
    if let text = node.scalar?.string {
      for (unit, factor) in units where text.hasSuffix(unit) {
        guard let count = Int64(text.dropLast(unit.count)), count > 0, count <= atMost / factor
        else { continue }
        return count * factor
      }
    }
    fail(
      "\(what) must be a time such as 250ms, 60s, 15m or 1h, above 0 and at most"
        + " \(atMost / 1000)s", at: node)
    return nil
  }

  /// Requests a second, written `20/s`.
  package mutating func perSecond(_ node: Node?, _ what: String) -> UInt32? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, text.hasSuffix("/s"),
      let value = UInt32(text.dropLast(2)), (1...1_000_000).contains(value)
    else {
      fail("\(what) must be a rate such as 20/s", at: node)
      return nil
    }
    return value
  }

  package mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ node: Node?, _ what: String, _ type: Value.Type
  ) -> Value? where Value.RawValue == String {
    guard let node else { return nil }
    guard let value = node.scalar.flatMap({ Value(rawValue: $0.string) }) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      fail("\(what) must be one of \(known)", at: node)
      return nil
    }
    return value
  }

  /// The `apiVersion` and `kind` every file begins with.
  package mutating func expect(_ kind: String, _ fields: [String: Node]) {
    if let node = fields["apiVersion"], node.scalar?.string != "flyball.dev/v1alpha1" {
      fail("apiVersion must be flyball.dev/v1alpha1", at: node)
    }
    if let node = fields["kind"], node.scalar?.string != kind {
      fail("kind must be \(kind)", at: node)
    }
  }
}
