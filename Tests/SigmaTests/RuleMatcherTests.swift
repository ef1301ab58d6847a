import MatchingVectorscan
import MeshModel
import Sigma
import Testing

@Suite("Rules matched all at once")
struct RuleMatcherTests {
  @Test("a matcher names exactly the rules that hold when each is evaluated by itself, in order")
  func generated() throws {
    var pairs = 0
    var held = 0
    for seed in UInt64(1)...8 {
      var random = SeededRandom(seed: seed)
      let rules = (0..<40).map { _ in GeneratedRule(&random) }
      let set = try RuleSet.compile(
        rules.enumerated().map { number, rule in
          RuleFile(
            name: "\(number)",
            text: rule.text
              .replacing("title: generated", with: "title: rule \(number)")
              .replacing("webserver", with: number.isMultiple(of: 5) ? "proxy" : "webserver"))
        })
      for source in LogSource.allCases {
        let matcher = try Self.matcher(set, source)
        for request in rules.flatMap(\.requests) {
          let found = matcher.matches(request)
          let expected = matcher.holding(request, set, source)
          #expect(found == expected, "seed \(seed), \(source): \(request)")
          pairs += set.numbers(for: source).count
          held += found.count
        }
      }
    }
    let share = Double(held) / Double(pairs)
    #expect(share > 0.1 && share < 0.9)
  }

  @Test(
    "public rules give the same answers on recorded requests and on requests made of their own texts",
    .enabled(if: PublicData.folder != nil, "skipped: no evaluation data (FLYBALL_DATA)"))
  func published() throws {
    let set = try RuleSet.compile(try PublicData.ruleFiles())
    var random = SeededRandom(seed: 1)
    var requests = try PublicData.requests()
    for rule in set.rules {
      for _ in 0..<20 { requests.append(FittingRequest.make(rule, &random)) }
    }
    var matched = Set<Int>()
    for source in LogSource.allCases {
      let matcher = try Self.matcher(set, source)
      for request in requests {
        let found = matcher.matches(request)
        let expected = matcher.holding(request, set, source)
        #expect(found == expected, "\(source): \(request)")
        matched.formUnion(found)
      }
    }
    #expect(matched.count > set.rules.count * 5 / 6)
  }

  @Test(
    "few literals and all expressions are found by one scan, in what order they come or overlap")
  func overlapping() throws {
    let files = ["ab", "abab", "bab", "b/ab", "x?b", "a*b*a"].enumerated().map { number, value in
      RuleFile(
        name: value,
        text: Self.text("cs-uri-query|contains: '\(value)'", title: "\(number)"))
    }
    let matcher = try Self.matcher(RuleSet.compile(files))
    for (path, expected) in [
      ("/", []), ("/ab", [0]), ("/abab", [0, 1, 2, 5]), ("/bab/AB", [0, 2, 3, 5]),
      ("/x€b", [4]), ("/x\u{20AC}", []), ("/ax-b/a", [4, 5]),
    ] {
      let found = matcher.matches(Request(path: path))
      #expect(found == expected, "\(path)")
    }
  }

  @Test(
    "an expression that asks what stands around it sees its own field alone",
    arguments: [
      ("^curl", true), ("curl$", true), (#"\bcurl\b"#, true), (#"\Acurl\z"#, true),
      (#"\Bcurl"#, false), ("[^a]curl", false), (#"(\[|^)curl"#, true), ("curl.", false),
    ])
  func surroundings(expression: String, holds: Bool) throws {
    let set = try RuleSet.compile([
      RuleFile(
        name: "f", text: Self.text("cs-user-agent|re: '\(expression)'", title: "t"))
    ])
    let matcher = try Self.matcher(set)
    let found = matcher.matches(
      Request(authority: "xcurl", path: "/acurlx", userAgent: "curl", referer: "curl/1"))
    #expect(found == (holds ? [0] : []))
  }

  @Test("an expression that fits an empty text does not match what was not logged")
  func absent() throws {
    let set = try RuleSet.compile([
      RuleFile(name: "f", text: Self.text("cs-user-agent|re: '^x*'", title: "t"))
    ])
    let matcher = try Self.matcher(set)
    let absent = matcher.matches(Request(userAgent: ""))
    let present = matcher.matches(Request(userAgent: "a"))
    #expect(absent == [] && present == [0])
  }

  @Test("a literal that begins within a character counts only where a character begins")
  func withinCharacter() throws {
    // UTF-16 of the euro sign begins with AC 20; "ì" ends with AC.
    let set = try RuleSet.compile([
      RuleFile(name: "f", text: Self.text("cs-cookie|wide|contains: '€'", title: "t"))
    ])
    let matcher = try Self.matcher(set)
    let cases: [(cookie: [UInt8], expected: [Int])] = [
      ([0x78, 0xAC, 0x20], [0]), ([0xC3, 0xAC, 0x20], []),
    ]
    for (cookie, expected) in cases {
      let found = matcher.matches(cookie: cookie)
      #expect(found == expected)
    }
  }

  @Test("what asks for a status or a method is not looked at for a request with another one")
  func narrowed() throws {
    let conditions = [
      ("cs-method: [PUT, DELETE]", "sc-status: '4*'", "one and two"),
      ("cs-method: [PUT, DELETE]", "sc-status: 404", "one or two"),
      ("sc-status|gte: 500", "cs-cookie: ''", "one and two"),
      ("sc-status: [403, 404]", "cs-method: GET", "not one and not two"),
      ("sc-status|exists: false", "cs-method: PUT", "one and not two"),
      ("sc-status|re: '^5'", "sc-status|fieldref: sc-bytes", "one or two"),
    ]
    let set = try RuleSet.compile(
      conditions.enumerated().map { number, rule in
        RuleFile(
          name: "\(number)",
          text: """
            title: \(number)
            logsource: {category: webserver}
            detection:
              one: {\(rule.0)}
              two: {\(rule.1)}
              condition: \(rule.2)
            """)
      })
    let index = try RuleIndex(set, .webserver, with: VectorscanCompiler())
    let matcher = try RuleMatcher(index)
    for method in RequestMethod.allCases {
      for status in Array(UInt16(0)...1_001) + [.max] {
        let request = Request(method: method, status: status)
        let found = matcher.matches(request)
        let expected = matcher.holding(request, set, .webserver)
        #expect(found == expected, "\(method) \(status)")
      }
    }
    for (method, status, count) in [
      (RequestMethod.get, UInt16(200), 2), (.put, 200, 3), (.get, 503, 3), (.get, 404, 2),
      (.put, 404, 3), (.get, 0, 3),
    ] {
      let unpointed = index.unpointedCount(Request(method: method, status: status).texts)
      #expect(unpointed == count, "\(method) \(status)")
    }
  }

  @Test("a literal that is too short to be looked for keeps no long one out of the scan")
  func shortBesideLong() throws {
    let detection = """
      one: {sc-status: 200}
      two: {cs-user-agent|contains: [bot, mozilla, scanner]}
      condition: one and not two
      """
    let set = try RuleSet.compile([RuleFile(name: "f", text: Rules.text(detection))])
    let index = try RuleIndex(set, .webserver, with: VectorscanCompiler())
    #expect(index.patternCount == 2)
  }

  @Test("a literal is found wherever it stands, also in the last bytes of a request")
  func lastBytes() throws {
    let text = """
      title: Last bytes
      logsource: {category: webserver}
      detection:
        a: {'r-dns|cased|endswith': 'a]bLogin'}
        b: {'cs-content-type|endswith': '../a]b'}
        c: {'c-uri-stem|contains': '[x]../ /y'}
        condition: 1 of *
      """
    let set = try RuleSet.compile([RuleFile(name: "last.yml", text: text)])
    let matcher = try Self.matcher(set)
    for count in 0..<300 {
      let request = Request(
        path: "/", contentType: String(repeating: "x", count: count) + "../a]b")
      #expect(matcher.matches(request) == [0], "after \(count) bytes")
    }
  }

  static func text(_ test: String, title: String) -> String {
    """
    title: \(title)
    logsource: {category: webserver}
    detection:
      selection: {\(test)}
      condition: selection
    """
  }

  static func matcher(_ set: RuleSet, _ source: LogSource = .webserver) throws -> RuleMatcher {
    try RuleMatcher(RuleIndex(set, source, with: VectorscanCompiler()))
  }
}

extension RuleMatcher {
  /// The rules that hold when each is evaluated by itself.
  func holding(_ request: Request, _ set: RuleSet, _ source: LogSource) -> [Int] {
    let texts = request.texts
    var found: [Int] = []
    for number in set.numbers(for: source) where evaluate(set.rules[number], texts) {
      found.append(number)
    }
    return found
  }

  func matches(_ request: Request) -> [Int] {
    var found: [Int] = []
    match(request.texts) { found.append($0) }
    return found
  }

  func matches(cookie: [UInt8]) -> [Int] {
    var fields = RequestFields()
    fields.cookie = ByteRange(start: 0, count: UInt32(cookie.count))
    var texts = RequestTexts()
    texts.load(cookie.span.bytes, fields)
    var found: [Int] = []
    match(texts) { found.append($0) }
    return found
  }
}
