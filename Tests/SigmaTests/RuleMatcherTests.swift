import MatchingVectorscan
import MeshModel
import Sigma
import Testing

@Suite("Rules matched all at once")
struct RuleMatcherTests {
  @Test("a matcher names exactly the rules that hold when each is evaluated by itself, in order")
  func agreesWithEvaluation() throws {
    var held = 0
    for seed in UInt64(1)...80 {
      var rules = RandomRules(random: SeededRandom(seed: seed))
      let set = try rules.set(of: 30)
      for source in LogSource.allCases {
        let matcher = try Self.matcher(set, source)
        for _ in 0..<40 {
          let request = rules.request()
          let matched = matcher.matches(request)
          let expected = set.numbers(for: source).filter {
            matcher.evaluate(set.rules[$0], request.texts)
          }
          #expect(matched == expected, "seed \(seed), \(source): \(request)")
          held += matched.count
        }
      }
    }
    // Otherwise the rules and requests say nothing.
    #expect(held > 5_000)
  }

  @Test(
    "public rules give the same answers on recorded requests and on requests made of their own texts",
    .enabled(if: PublicData.folder != nil, "skipped: no evaluation data (FLYBALL_DATA)"))
  func publicRules() throws {
    let set = try RuleSet.compile(try PublicData.ruleFiles())
    var random = SeededRandom(seed: 1)
    var requests = try PublicData.requests()
    for rule in set.rules {
      for _ in 0..<8 { requests.append(rule.request(&random)) }
    }
    var matched = Set<Int>()
    for source in LogSource.allCases {
      let matcher = try Self.matcher(set, source)
      for request in requests {
        let found = matcher.matches(request)
        let texts = request.texts
        #expect(
          found
            == set.numbers(for: source).filter { matcher.evaluate(set.rules[$0], texts) },
          "\(request)")
        matched.formUnion(found)
      }
    }
    #expect(matched.count > set.rules.count * 5 / 6)
  }

  static func matcher(_ set: RuleSet, _ source: LogSource = .webserver) throws -> RuleMatcher {
    try RuleMatcher(RuleIndex(set, source, with: VectorscanCompiler()))
  }
}

extension RuleMatcher {
  func matches(_ request: Request) -> [Int] {
    var found: [Int] = []
    match(request.texts) { found.append($0) }
    return found
  }
}

extension CompiledRule {
  /// A request with a text for each of the rule's items on texts, taken at random from its values.
  fileprivate func request(_ random: inout SeededRandom) -> Request {
    var request = Request(scheme: "http", authority: "shop.example.com")
    for item in items {
      guard case .text(let patterns) = item.operation,
        case .wildcard(let pattern)? = patterns.randomElement(using: &random)
      else { continue }
      let text = pattern.pieces.reduce(into: "") { text, piece in
        switch piece {
        case .literal(let bytes): text += String(decoding: bytes, as: UTF8.self)
        case .oneCharacter: text += "x"
        case .anyText: text += ""
        }
      }
      switch item.field {
      case .method:
        request.method = RequestMethod.allCases.first { $0.text == text.uppercased() } ?? .get
      case .path, .pathOnly, .uri, .keywords: request.path += text
      case .pathExtension: request.path += "a." + text
      case .authority, .host: request.authority = text
      case .userAgent: request.userAgent = text
      case .referer: request.referer += text
      case .cookie: request.cookie += text
      case .contentType: request.contentType = text
      case .clientAddress, .userName, .status, .requestBytes, .responseBytes: break
      }
    }
    return request
  }
}
