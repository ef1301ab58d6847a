internal import YAMLNodes
internal import Yams

extension RuleReader {
  /// One value, or a list of them; nil when any of them is a mistake.
  mutating func values(_ node: Node) -> [SigmaDetection.Value]? {
    guard case .sequence(let sequence) = node else { return value(node).map { [$0] } }
    if sequence.isEmpty {
      yaml.fail("a list of values must not be empty; an absent field is 'null'", at: node)
      return nil
    }
    let values = sequence.compactMap { value($0) }
    return values.count == sequence.count ? values : nil
  }

  private mutating func value(_ node: Node) -> SigmaDetection.Value? {
    guard case .scalar(let scalar) = node else {
      yaml.fail("a value must be a text, a number, true, false or null", at: node)
      return nil
    }
    values += 1
    guard values <= SigmaLimits.valuesPerRule else {
      // Once is enough.
      if values == SigmaLimits.valuesPerRule + 1 {
        yaml.fail("more than \(SigmaLimits.valuesPerRule) values in a rule", at: node)
      }
      return nil
    }
    guard scalar.string.utf8.count <= SigmaLimits.valueBytes else {
      yaml.fail("a value of more than \(SigmaLimits.valueBytes) bytes", at: node)
      return nil
    }
    return kind(node, scalar).map { SigmaDetection.Value(kind: $0, place: place(node)) }
  }

  /// What YAML takes a value without quotes for. Where YAML 1.1 and 1.2 disagree, as on `on` or
  /// `0777`, the author is asked.
  private mutating func kind(_ node: Node, _ scalar: Node.Scalar) -> SigmaDetection.Value.Kind? {
    let text = scalar.string
    guard scalar.style == .plain else { return .text(text) }
    if node.isNull { return .null }
    let tag = node.tag.rawValue
    if tag == Tag.Name.bool.rawValue, let value = Bool(text.lowercased()) {
      return .boolean(value)
    }
    if tag == Tag.Name.int.rawValue || tag == Tag.Name.float.rawValue, Self.isDecimal(text),
      let number = Double(text), number.isFinite
    {
      return .number(number, text)
    }
    if tag == Tag.Name.str.rawValue { return .text(text) }
    yaml.fail(
      "YAML does not take '\(text)' for a text: put it in quotes, or write a decimal number",
      at: node)
    return nil
  }

  /// A sign, digits, and digits after a point; without leading zeros, which mean octal to some.
  private static func isDecimal(_ text: String) -> Bool {
    var digits = text.utf8[...]
    if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") {
      digits.removeFirst()
    }
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }),
      parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
    else { return false }
    return parts[0].count == 1 || parts[0].first != UInt8(ascii: "0")
  }
}
