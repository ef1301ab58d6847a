/// The values that a STIX pattern looks for, if it looks for any one of several values.
///
/// Taken are comparisons by `=`, `IN` and `ISSUBSET`, joined by `OR` within brackets and between
/// them: each of them alone is a reason to match. One that is not supported is left out and told.
/// With `AND`, `FOLLOWEDBY`, `EXISTS` or a qualifier no value is a reason by itself, so the whole
/// pattern is refused. Source: STIX 2.1 (OASIS, 2021), 9.
struct STIXPattern {
  private var scanner: STIXPatternScanner
  private var values: [Indicator.Value] = []
  private var rejections: [Rejection.Reason] = []
  private var comparisons = 0

  static func values(of text: String) throws(STIXProblem) -> (
    [Indicator.Value], [Rejection.Reason]
  ) {
    guard text.utf8.count <= ThreatLimits.patternBytes else {
      throw .tooLong("a pattern of \(ThreatLimits.patternBytes) bytes")
    }
    var pattern = STIXPattern(scanner: STIXPatternScanner(text))
    try pattern.observations(depth: 0)
    guard pattern.scanner.isAtEnd else { throw pattern.scanner.problem() }
    return (pattern.values, pattern.rejections)
  }

  private init(scanner: STIXPatternScanner) {
    self.scanner = scanner
  }

  private mutating func observations(depth: Int) throws(STIXProblem) {
    repeat {
      if scanner.take("(") {
        try check(depth)
        try observations(depth: depth + 1)
        try expect(")")
      } else {
        try expect("[")
        try comparisons(depth: depth)
        try expect("]")
      }
    } while scanner.takeWord("OR")
    try refuseOtherJoins()
  }

  private mutating func comparisons(depth: Int) throws(STIXProblem) {
    repeat {
      if scanner.take("(") {
        try check(depth)
        try comparisons(depth: depth + 1)
        try expect(")")
      } else {
        try comparison()
      }
    } while scanner.takeWord("OR")
    try refuseOtherJoins()
  }

  private mutating func comparison() throws(STIXProblem) {
    if scanner.takeWord("EXISTS") { throw .unsupported("EXISTS") }
    let path = try scanner.path()
    let isNegated = scanner.takeWord("NOT")
    let operation = try scanner.operation()
    let constants = try constants(of: operation)
    comparisons += constants.count
    guard comparisons <= ThreatLimits.patternValues else {
      throw .tooLong("a pattern of \(ThreatLimits.patternValues) values")
    }
    guard !isNegated, ["=", "IN", "ISSUBSET"].contains(operation) else {
      rejections.append(.unsupported("\(path) \(isNegated ? "NOT " : "")\(operation)"))
      return
    }
    for constant in constants { add(constant, path: path, operation: operation) }
  }

  private mutating func constants(of operation: String) throws(STIXProblem) -> [String] {
    guard operation == "IN" else { return [try scanner.constant()] }
    try expect("(")
    var constants = [try scanner.constant()]
    while scanner.take(",") { constants.append(try scanner.constant()) }
    try expect(")")
    return constants
  }

  private mutating func add(_ text: String, path: String, operation: String) {
    let value: Indicator.Value?
    switch (path, operation) {
    case ("ipv4-addr:value", _), ("ipv6-addr:value", _):
      value = Self.range(text, isIPv4: path.hasPrefix("ipv4"))
    case ("domain-name:value", "="), ("domain-name:value", "IN"):
      value = DomainName(text).map { .domain($0, subdomains: false) }
    case ("url:value", "="), ("url:value", "IN"):
      value = RequestURL(text).map { .url($0) }
    case (Self.userAgentPath, "="), (Self.userAgentPath, "IN"):
      let fits = (1...ThreatLimits.agentBytes).contains(text.utf8.count)
      value = fits ? .userAgent(text) : nil
    default:
      rejections.append(.unsupported("\(path) \(operation)"))
      return
    }
    if let value {
      values.append(value)
    } else {
      rejections.append(.unreadable(String(excerpt: "\(path) \(text)")))
    }
  }

  private static func range(_ text: String, isIPv4: Bool) -> Indicator.Value? {
    guard case .range(let range)? = Indicator.Value(target: text, subdomains: false),
      // An address of IPv4 may be written as one of IPv6.
      !isIPv4 || !text.utf8.contains(UInt8(ascii: ":")),
      isIPv4 || text.utf8.contains(UInt8(ascii: ":"))
    else { return nil }
    return .range(range)
  }

  private func check(_ depth: Int) throws(STIXProblem) {
    guard depth < ThreatLimits.patternDepth else {
      throw .tooLong("a pattern of \(ThreatLimits.patternDepth) parentheses")
    }
  }

  private mutating func expect(_ symbol: Character) throws(STIXProblem) {
    guard scanner.take(symbol) else { throw scanner.problem() }
  }

  private mutating func refuseOtherJoins() throws(STIXProblem) {
    for word in ["AND", "FOLLOWEDBY", "WITHIN", "REPEATS", "START"] where scanner.takeWord(word) {
      throw .unsupported(word)
    }
  }

  private static let userAgentPath =
    "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
}
