internal import MatchingVectorscan
internal import MeshModel
internal import Sigma

/// Requests held against rules of every kind: matched all at once and one by one, with one answer.
struct RulesFuzz {
  private let rules: [CompiledRule]
  private let matcher: RuleMatcher
  private var texts = RequestTexts()

  private static let tests = [
    "cs-uri-query|contains: ['ab', 'bab', '../', 'a', '%2e']", "cs-uri-query|startswith: /a",
    "cs-uri-query|endswith: ['.php', '=']", "cs-uri-stem: ['/a*b', '/?b', '*a*ab*']",
    "c-uri-extension: [php, js]", "c-uri|re: ['^h', '(a|b)+c', 'a.{3}b$']",
    "cs-host|contains: 'ab'",
    "cs-user-agent|cased|contains: 'aB'", "cs-user-agent|re|i: '[a-c]{4}'",
    "cs-referer|fieldref|endswith: cs-host", "cs-cookie|wide|contains: '€'",
    "c-ip|cidr: 10.0.0.0/8",
    "cs-method: [GET, POST]", "sc-status: 200", "sc-bytes|gt: 100", "cs-username|exists: false",
    "cs-content-type|base64offset|contains: 'ab'",
  ]

  init?() {
    var files: [RuleFile] = []
    for (number, test) in Self.tests.enumerated() {
      let other = Self.tests[(number + 5) % Self.tests.count]
      for (name, condition) in [("a", "one"), ("b", "one and not two"), ("c", "two or not one")] {
        files.append(
          RuleFile(
            name: "\(number)\(name)",
            text: """
              title: \(number)\(name)
              logsource: {category: webserver}
              detection:
                one: {\(test)}
                two: {\(other)}
                condition: \(condition)
              """))
      }
    }
    guard let set = try? RuleSet.compile(files), let compiler = try? VectorscanCompiler(),
      let index = try? RuleIndex(set, .webserver, with: compiler),
      let matcher = try? RuleMatcher(index)
    else { return nil }  // Caught by the precondition of the caller.
    rules = set.rules
    self.matcher = matcher
  }

  /// The first bytes say which request it is and where its texts end.
  mutating func run(_ bytes: [UInt8]) {
    guard bytes.count > 12 else { return }
    var fields = RequestFields(
      method: RequestMethod(rawValue: bytes[0] % 10) ?? .unknown, status: UInt16(bytes[1]) &* 3)
    var start = 12
    func next(_ length: UInt8) -> ByteRange {
      let count = min(Int(length), bytes.count - start)
      defer { start += count }
      return ByteRange(start: UInt32(start), count: UInt32(count))
    }
    fields.scheme = next(bytes[2] % 8)
    fields.authority = next(bytes[3])
    fields.userAgent = next(bytes[4])
    fields.referer = next(bytes[5])
    fields.clientAddress = next(bytes[6] % 40)
    fields.userName = next(bytes[7])
    fields.cookie = next(bytes[8])
    fields.contentType = next(bytes[9])
    fields.responseBytes = UInt32(bytes[10]) << bytes[11]
    fields.path = ByteRange(start: UInt32(start), count: UInt32(bytes.count - start))
    texts.load(bytes.span.bytes, fields)
    var matched: [Int] = []
    matcher.match(texts) { matched.append($0) }
    let expected = rules.indices.filter { matcher.evaluate(rules[$0], texts) }
    precondition(matched == expected, "\(matched) and not \(expected)")
    precondition(matcher.failedScans == 0)
  }
}
