internal import MeshModel
package import YAMLNodes
internal import Yams

extension RuleCase {
  /// Parses a file of cases; throws every mistake with its place.
  package static func parse(_ text: String, file: String) throws(Diagnostics) -> [RuleCase] {
    var reader = YAMLReader(file: file)
    let root: Node
    do {
      root = try YAMLDocument.parse(text, file: file)
    } catch {
      throw Diagnostics([error])
    }
    let top = reader.fields(of: root, "the file", required: ["cases"])
    let cases = reader.list(top["cases"], "cases").compactMap { reader.ruleCase($0) }
    guard reader.diagnostics.isEmpty else { throw Diagnostics(reader.diagnostics) }
    return cases
  }
}

extension YAMLReader {
  fileprivate mutating func ruleCase(_ node: Node) -> RuleCase? {
    let fields = fields(
      of: node, "a case", required: ["name", "events", "matches"], optional: ["repeat"])
    let name = text(fields["name"], "name")
    var events: [RuleCase.Event] = []
    for node in list(fields["events"], "events") {
      let next = events.last.map { $0.at + 0.01 } ?? 0
      if let event = event(node, at: next) { events.append(event) }
    }
    var (rounds, every) = (1, 0.0)
    if let node = fields["repeat"] {
      let terms = self.fields(of: node, "repeat", required: ["count", "every"])
      rounds = integer(terms["count"], "repeat.count", in: 1...RuleCase.maximumRounds) ?? 1
      every = seconds(terms["every"], "repeat.every") ?? 0
    }
    let matches = list(fields["matches"], "matches").compactMap { text($0, "a rule's name") }
    guard let name, diagnostics.isEmpty else { return nil }
    return RuleCase(
      name: name, events: events, rounds: rounds, everySeconds: every, matches: matches,
      line: node.mark?.line ?? 0)
  }

  private mutating func event(_ node: Node, at next: Double) -> RuleCase.Event? {
    let fields = fields(
      of: node, "an event", required: [],
      optional: [
        "at", "method", "status", "outbound", "caller", "service", "requestBytes",
        "responseBytes",
      ] + RuleCase.Text.allCases.map(\.rawValue))
    var texts: [RuleCase.Text: String] = [:]
    for text in RuleCase.Text.allCases {
      guard let node = fields[text.rawValue] else { continue }
      guard let value = node.scalar?.string else {
        fail("\(text.rawValue) must be a text", at: node)
        continue
      }
      texts[text] = value
    }
    var method = RequestMethod.unknown
    if let node = fields["method"] {
      let known = RequestMethod.allCases.first { $0.text == node.scalar?.string }
      if known == nil {
        let names = RequestMethod.allCases.map(\.text).filter { !$0.isEmpty }
        fail("method must be one of \(names.joined(separator: ", "))", at: node)
      }
      method = known ?? .unknown
    }
    let number = { (reader: inout YAMLReader, name: String, most: Int) in
      reader.integer(fields[name], name, in: 0...most) ?? 0
    }
    return RuleCase.Event(
      at: seconds(fields["at"], "at") ?? next, method: method,
      status: UInt16(number(&self, "status", 999)),
      isOutbound: boolean(fields["outbound"], "outbound") ?? false,
      caller: identity(fields["caller"], "caller"),
      service: identity(fields["service"], "service") ?? RuleCase.service.description,
      requestBytes: UInt64(number(&self, "requestBytes", .max)),
      responseBytes: UInt64(number(&self, "responseBytes", .max)), texts: texts)
  }

  private mutating func seconds(_ node: Node?, _ what: String) -> Double? {
    guard let node else { return nil }
    guard let text = node.scalar?.string, let value = Double(text), value >= 0, value <= 86_400
    else {
      fail("\(what) must be a number of seconds, at most a day", at: node)
      return nil
    }
    return value
  }

  private mutating func identity(_ node: Node?, _ what: String) -> String? {
    guard let node else { return nil }
    guard let text = node.scalar?.string,
      (try? SPIFFEID(parsing: text.replacing("{n}", with: "1"))) != nil
    else {
      fail("\(what) must be a SPIFFE ID", at: node)
      return nil
    }
    return text
  }
}

extension RuleCase {
  fileprivate static let maximumRounds = 100_000
}
