import Sigma
import Testing
import YAMLNodes

@Suite("Mistakes in rules")
struct MistakeTests {
  @Test(
    "a key that cannot be followed is refused with its place and what to do",
    arguments: [
      (
        "x: 1",
        "6:5: requests have no field 'x'; known are " + FieldMap.known.joined(separator: ", ")
      ),
      ("dst_port: 80", "6:5: requests have no field 'dst_port'"),
      (
        "cs-uri|nope: a",
        "6:5: unknown modifier 'nope'; known are all, base64, base64offset, cased,"
      ),
      ("cs-uri|expand: '%a%'", "6:5: the modifier 'expand' is not supported: its placeholders"),
      (
        "cs-uri|hour: 1",
        "6:5: the modifier 'hour' is not supported: no field of a request holds a date"
      ),
      ("cs-uri|re|cidr: a", "6:5: the modifiers 're' and 'cidr' exclude each other"),
      ("cs-uri|contains|re: a", "6:5: 're' must come before 'contains'"),
      ("cs-uri|re|contains: a", "6:5: 'contains' does not go with 're'"),
      ("cs-uri|i: a", "6:5: 'i' goes only with 're', after it"),
      ("cs-uri|re: ''", "6:16: an empty expression matches every text"),
      ("c-ip|cidr: 10.0.0.0/40", "6:16: cidr takes an address, or a block such as"),
      (
        "c-ip|cidr: 10.0.0.1/8",
        "6:16: '10.0.0.1/8' has bits beyond its length: the block is 10.0.0.0/8"
      ),
      ("cs-uri|exists: 'yes'", "6:20: exists takes true or false"),
      ("cs-uri|exists|neq: true", "6:5: 'exists' with 'neq': write the other value"),
      ("cs-uri|gt: 5", "6:5: 'gt' compares numbers, and this field is a text"),
      ("sc-status|gt: '5'", "6:19: 'gt' takes a number, without quotes"),
      ("sc-status|gt|contains: 5", "6:5: 'contains' does not go with 'gt'"),
      ("cs-uri|fieldref: x", "6:22: fieldref takes the name of a field; known are"),
      ("cs-uri: true", "6:13: no field of a request is true or false: put the value in quotes"),
      ("cs-uri|contains: null", "6:22: null stands only for an absent field, without modifiers"),
      ("cs-uri: []", "6:13: a list of values must not be empty; an absent field is 'null'"),
      ("cs-uri: {a: b}", "6:13: a value must be a text, a number, true, false or null"),
      ("cs-uri: [on, 'off']", "6:14: YAML does not take 'on' for a text: put it in quotes"),
      ("cs-uri: 0777", "6:13: YAML does not take '0777' for a text"),
      ("cs-uri: 2020-01-02", "6:13: YAML does not take '2020-01-02' for a text"),
      ("cs-uri: 22:33", "6:13: YAML does not take '22:33' for a text"),
      (
        "cs-uri|base64: 'a*'",
        "6:20: 'base64' takes a text without wildcards; 'contains' comes after"
      ),
      ("cs-uri|contains|base64: 'a'", "6:29: 'base64' takes a text without wildcards"),
      ("cs-uri|base64: ''", "6:20: 'base64' of an empty text"),
      (
        "cs-uri|windash: '-a -b -c -d'",
        "6:21: 'windash' of more than 3 dashes: make several values"
      ),
      ("'|startswith': a", "6:5: a keyword has no place: 'startswith' needs a field"),
      ("'|cidr': 10.0.0.0/8", "6:5: 'cidr' needs a field"),
      ("'|contains': '*'", "6:18: this keyword matches every request: remove it"),
    ])
  func keys(line: String, message: String) {
    let found = Rules.mistakes(detection: "s:\n  \(line)\ncondition: s")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(message) == true, "\(found)")
  }

  @Test(
    "a rule that only methods without a name in access logs can match is refused",
    arguments: [
      ("s: {cs-method: PROPFIND}\ncondition: s", true),
      ("s: {cs-method: [TRACK, MKCOL], cs-uri|contains: a}\ncondition: s", true),
      ("s: {cs-method|cased: get}\ncondition: s", true),
      ("s: {cs-method|startswith: PROP}\nt: {cs-uri|contains: a}\ncondition: s and t", true),
      ("s: {cs-method: PROPFIND}\nt: {cs-uri|contains: a}\ncondition: s or t", false),
      ("s: {cs-method: PROPFIND}\nt: {cs-uri|contains: a}\ncondition: t and not s", false),
      ("s: {cs-method: [TRACK, TRACE]}\ncondition: s", false),
      ("s: {cs-method: null}\ncondition: s", false),
      ("s: {cs-method|re: PROPFIND}\ncondition: s", false),
    ])
  func methods(detection: String, isRefused: Bool) {
    let found = Rules.mistakes(detection: detection)
    #expect(
      found
        == (isRefused
          ? [
            "5:7: no request can match: proxies log no methods but GET, HEAD, POST, PUT, DELETE,"
              + " CONNECT, OPTIONS, TRACE, PATCH, and any other as absent"
          ] : []))
  }

  @Test(
    "a detection without sense is refused",
    arguments: [
      ("s: {}\ncondition: s", "5:6: a search that is empty matches nothing: remove it"),
      ("s: []\ncondition: s", "5:6: a search that is empty matches nothing: remove it"),
      ("s: [null]\ncondition: s", "5:7: null stands only for an absent field, without modifiers"),
      ("s: ['*']\ncondition: s", "5:7: this keyword matches every request: remove it"),
      ("s: ['']\ncondition: s", "5:7: this keyword matches every request: remove it"),
      ("s: a", "5:3: detection needs 'condition'"),
      ("s: a\ncondition: []", "6:14: condition must not be empty"),
      ("s: a\ntimeframe: 5m\ncondition: s", "6:3: 'timeframe' is no part of a detection any more"),
      ("not: a\ncondition: 'not not'", "5:3: a search must not be called 'not'"),
    ])
  func detections(detection: String, message: String) {
    #expect(Rules.mistakes(detection: detection).first?.hasPrefix(message) == true)
  }

  @Test("a rule needs title, logsource and detection, and says all that is wrong at once")
  func frame() {
    let text = """
      level: grave
      references: {a: b}
      logsource: {category: process_creation, product: windows}
      detection:
        s: {x: 1, y|z: 2}
        condition: t
      """
    #expect(
      Rules.mistakes(text).map { String($0.prefix(50)) } == [
        "1:1: a rule needs 'title'",
        "1:8: level must be one of informational, low, medi",
        "2:13: references must be a list",
        "3:23: not for this mesh: category 'process_creatio",
        "5:7: requests have no field 'x'; known are c-ip, c",
        "5:13: requests have no field 'y'; known are c-ip, ",
        "5:13: unknown modifier 'z'; known are all, base64,",
        "6:14: no search is called 't'; there are s",
      ])
  }

  @Test("a rule for another source is told apart from a wrong one by how its message begins")
  func otherSources() {
    for source in ["{category: dns}", "{product: linux}", "{category: webserver, service: iis}"] {
      let text = "title: t\nlogsource: \(source)\ndetection: {s: [a], condition: s}"
      let found = Rules.mistakes(text)
      #expect(found.count == 1)
      #expect(found.first?.contains(": " + LogSource.notForThisMesh) == true)
    }
  }

  @Test("what other tools know and this one does not is refused")
  func otherKinds() {
    let rest = "logsource: {category: proxy}\ndetection: {s: [a], condition: s}"
    #expect(
      Rules.mistakes("title: t\naction: global\n\(rest)").first?.hasPrefix("2:9: 'action'") == true)
    #expect(
      Rules.mistakes("title: t\ntaxonomy: ecs\n\(rest)") == [
        "2:11: only the taxonomy 'sigma' is known"
      ])
    #expect(
      Rules.mistakes("title: t\nfilter: {rules: [x]}\n\(rest)").first?.hasPrefix("2:9: filters")
        == true)
    #expect(Rules.mistakes("title: t\ntaxonomy: sigma\nmine: [1]\nscope: [x]\n\(rest)") == [])
  }

  @Test("mistakes of all files and documents are told at once, and one spoils the set")
  func allFiles() {
    let good = "title: a\nlogsource: {category: proxy}\ndetection: {s: [a], condition: s}\n"
    let bad = "title: b\nlogsource: {category: proxy}\ndetection: {s: [a], condition: x}\n"
    do {
      _ = try RuleSet.compile([
        RuleFile(name: "1", text: good + "---\n" + bad), RuleFile(name: "2", text: "a: [\n"),
        RuleFile(name: "3", text: "- a\n"), RuleFile(name: "4", text: "# none\n"),
      ])
      Issue.record("taken")
    } catch {
      #expect(
        error.all.map { $0.description } == [
          "1:7:32: no search is called 'x'; there are s",
          "2:2:1: did not find expected node content", "3:1:1: a rule must be a mapping",
          "4: the file holds no rule",
        ])
    }
  }

  @Test("two rules must not be called alike, by id, name or title")
  func twins() {
    let rest = "logsource: {category: proxy}\ndetection: {s: [a], condition: s}\n"
    let text = ["title: a\nid: x\n", "title: b\nname: x\n", "title: b\n", "title: b\n"]
      .map { $0 + rest }.joined(separator: "---\n")
    #expect(
      Rules.mistakes(text).map { String($0.prefix(24)) } == [
        "6:1: another rule is cal", "11:1: another rule is ca", "15:1: another rule is ca",
      ])
  }
}
