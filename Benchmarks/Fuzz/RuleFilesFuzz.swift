internal import MatchingVectorscan
internal import MeshModel
internal import Sigma

/// Files of rules: whatever is in them they are taken or refused, and those that are taken match all
/// at once what they match one by one.
enum RuleFilesFuzz {
  private static let message = Array("http://shop/a/../b.php?x=%2ecurl/8 and more".utf8)

  static func run(_ bytes: [UInt8]) {
    let file = RuleFile(name: "f", text: String(decoding: bytes, as: UTF8.self))
    // Refused at its place is as good as taken; so is an expression that Vectorscan does not know.
    guard let set = try? RuleSet.compile([file]), let compiler = try? VectorscanCompiler()
    else { return }
    for source in LogSource.allCases {
      guard let index = try? RuleIndex(set, source, with: compiler),
        let matcher = try? RuleMatcher(index)
      else { continue }
      for (number, method) in RequestMethod.allCases.enumerated() {
        let texts = texts(method, status: UInt16(number) * 111)
        var matched: [Int] = []
        matcher.match(texts) { matched.append($0) }
        let expected = set.numbers(for: source).filter {
          matcher.evaluate(set.rules[$0], texts)
        }
        precondition(matched == expected, "\(matched) and not \(expected)")
      }
    }
  }

  private static func texts(_ method: RequestMethod, status: UInt16) -> RequestTexts {
    func part(_ start: Int, _ end: Int) -> ByteRange {
      ByteRange(start: UInt32(start), count: UInt32(end - start))
    }
    var fields = RequestFields(method: method, status: status)
    fields.scheme = part(0, 4)
    fields.authority = part(7, 11)
    fields.path = part(11, 29)
    fields.userAgent = part(29, message.count)
    var texts = RequestTexts()
    texts.load(message.span.bytes, fields)
    return texts
  }
}
