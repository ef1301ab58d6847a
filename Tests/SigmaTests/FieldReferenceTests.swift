internal import MeshModel
internal import Sigma
internal import Testing

struct FieldReferenceTests {
  private func holds(
    _ position: RuleItem.Position, _ path: String, _ referer: String, isCased: Bool = false
  ) -> Bool {
    var request = Request()
    request.path = path
    request.referer = referer
    let item = RuleItem(
      field: .path, operation: .field(.referer, position, isCased: isCased),
      place: Place(file: "rule.yml", line: 1, column: 1))
    return item.evaluate(request.texts, expressions: { _, _ in false })
  }

  @Test("a field's text is found in another's exactly where it is, for all small texts")
  func small() {
    let words = (0...4).flatMap { count in
      (0..<(1 << count)).map { bits in
        String((0..<count).map { bits >> $0 & 1 == 0 ? "a" : "b" })
      }
    }
    for path in words where !path.isEmpty {
      for referer in words where !referer.isEmpty {
        #expect(holds(.anywhere, path, referer) == path.contains(referer), "\(path) \(referer)")
        #expect(holds(.start, path, referer) == path.hasPrefix(referer), "\(path) \(referer)")
        #expect(holds(.end, path, referer) == path.hasSuffix(referer), "\(path) \(referer)")
        #expect(holds(.whole, path, referer) == (path == referer), "\(path) \(referer)")
      }
    }
  }

  @Test("case counts only where the rule says so")
  func letters() {
    #expect(holds(.anywhere, "/aBc", "bC"))
    #expect(!holds(.anywhere, "/aBc", "bC", isCased: true))
  }
}
