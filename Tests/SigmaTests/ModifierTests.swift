import MeshModel
import Sigma
import Testing

@Suite("Modifiers")
struct ModifierTests {
  @Test(
    "a value is the whole field, with wildcards, without case",
    arguments: [
      ("curl", true), ("CURL", true), ("cur", false), ("c*", true), ("*L", true), ("*ur*", true),
      ("c?rl", true), ("c??rl", false), ("*", true), ("????", true), ("?????", false),
      (#"cur\?"#, false), (#"c\*"#, false),
    ])
  func whole(value: String, holds: Bool) throws {
    #expect(
      try Rules.holds("cs-user-agent: '\(value)'", Request(userAgent: "Curl")) == holds)
  }

  @Test(
    "a backslash takes the meaning from a wildcard and from a backslash, and else is itself",
    arguments: [
      (#"a\*b"#, #"a*b"#, true), (#"a\*b"#, "axb", false), (#"a\\*b"#, #"a\xb"#, true),
      (#"a\\\*b"#, #"a\*b"#, true), (#"a\\\*b"#, #"a\xb"#, false), (#"a\b"#, #"a\b"#, true),
      (#"a\\b"#, #"a\b"#, true), (#"a\\\b"#, #"a\\b"#, true), (#"a\\\\b"#, #"a\\b"#, true),
      (#"a\"#, #"a\"#, true), (#"a\?"#, "a?", true),
    ])
  func escapes(value: String, text: String, holds: Bool) throws {
    #expect(try Rules.holds("cs-referer: '\(value)'", Request(referer: text)) == holds)
  }

  @Test("a question mark is one character, however many bytes it has")
  func character() throws {
    #expect(try Rules.holds("cs-referer: 'a?b'", Request(referer: "a€b")))
    #expect(try !Rules.holds("cs-referer: 'a??b'", Request(referer: "a€b")))
    #expect(try !Rules.holds("cs-referer|contains: '??'", Request(referer: "€")))
  }

  @Test("only letters of ASCII are alike in capitals and small")
  func caseOfASCII() throws {
    #expect(try Rules.holds("cs-referer: 'ÄZ'", Request(referer: "Äz")))
    #expect(try !Rules.holds("cs-referer: 'Ä'", Request(referer: "ä")))
    #expect(try !Rules.holds("cs-referer: '@['", Request(referer: "`{")))
  }

  @Test(
    "contains, startswith and endswith put wildcards around a value",
    arguments: [
      ("contains", "b", true), ("contains", "bc", true), ("contains", "d", false),
      ("startswith", "ab", true), ("startswith", "b", false), ("endswith", "BC", true),
      ("endswith", "b", false), ("contains|cased", "b", true), ("contains|cased", "B", false),
      ("cased", "abc", true), ("cased", "aBc", false), ("cased|endswith", "C", false),
      ("neq", "abc", false), ("neq", "x", true), ("contains|neq", "b", false),
    ])
  func places(modifiers: String, value: String, holds: Bool) throws {
    #expect(
      try Rules.holds("cs-referer|\(modifiers): '\(value)'", Request(referer: "abc")) == holds)
  }

  @Test("a list is any of its values; with 'all' it is all of them, and 'neq' is none")
  func lists() throws {
    let request = Request(referer: "abc")
    #expect(try Rules.holds("cs-referer|contains: [x, b]", request))
    #expect(try !Rules.holds("cs-referer|contains|all: [x, b]", request))
    #expect(try Rules.holds("cs-referer|contains|all: [a, b]", request))
    #expect(try !Rules.holds("cs-referer|contains|neq: [x, b]", request))
    #expect(try Rules.holds("cs-referer|contains|all|neq: [x, b]", request))
  }

  @Test("base64 encodes a value")
  func base64() throws {
    let request = Request(referer: "YWJj")
    #expect(try Rules.holds("cs-referer|base64: abc", request))
    #expect(try !Rules.holds("cs-referer|base64: abd", request))
    #expect(try Rules.holds("cs-referer|base64|contains: ab", Request(referer: "x YWI= y")))
  }

  @Test("base64offset finds a value wherever it stands in what was encoded", arguments: 1...12)
  func base64offset(length: Int) throws {
    let value = String("foobar-quuxx".prefix(length))
    let rule = "cs-referer|base64offset|contains|cased: '\(value)'"
    guard length > 1 else {
      #expect(
        Rules.mistakes(detection: "s:\n  \(rule)\ncondition: s") == [
          "6:45: 'base64offset' of a text that is too short"
        ])
      return
    }
    for before in ["", "x", "yz", "abc", "wxyz"] {
      for after in ["", "1", "23", "456"] {
        let encoded = Encoding.base64(before + value + after)
        #expect(try Rules.holds(rule, Request(referer: encoded)), "\(before)|\(after)")
      }
    }
    #expect(try !Rules.holds(rule, Request(referer: Encoding.base64("something else"))))
  }

  @Test("wide, utf16le, utf16be and utf16 give two bytes for each character")
  func wide() throws {
    let forms: [(String, [UInt8])] = [
      ("wide", [0x61, 0, 0x62, 0]), ("utf16le", [0x61, 0, 0x62, 0]),
      ("utf16be", [0, 0x61, 0, 0x62]), ("utf16", [0xFF, 0xFE, 0x61, 0, 0x62, 0]),
    ]
    for (modifier, bytes) in forms {
      let encoded = Encoding.base64(bytes)
      #expect(
        try Rules.holds("cs-referer|\(modifier)|base64|cased: ab", Request(referer: encoded)))
    }
  }

  @Test("windash takes each dash or slash that begins a word for any of five kinds")
  func windash() throws {
    for dash in ["-", "/", "–", "—", "―"] {
      #expect(
        try Rules.holds("cs-referer|windash: 'a -f b-c'", Request(referer: "a \(dash)f b-c")))
    }
    #expect(try !Rules.holds("cs-referer|windash: 'a -f b-c'", Request(referer: "a -f b/c")))
    #expect(
      try Rules.holds("cs-referer|contains|windash: '/x -y'", Request(referer: "q -x –y z")))
  }

  @Test("an expression matches anywhere, with case unless 'i' is given")
  func expressions() throws {
    let request = Request(referer: "first\nSecond line")
    #expect(try Rules.holds("cs-referer|re: 'S.c[a-z]+d'", request))
    #expect(try !Rules.holds("cs-referer|re: 's.c[a-z]+d'", request))
    #expect(try Rules.holds("cs-referer|re|i: 's.c[a-z]+d'", request))
    #expect(try !Rules.holds("cs-referer|re: '^Second'", request))
    #expect(try Rules.holds("cs-referer|re|m: '^Second'", request))
    #expect(try !Rules.holds("cs-referer|re: 'first.Second'", request))
    #expect(try Rules.holds("cs-referer|re|s: 'first.Second'", request))
    #expect(try Rules.holds("cs-referer|re|all: ['first', 'line$']", request))
  }

  @Test("cidr asks for an address in a block")
  func networks() throws {
    let rule = "c-ip|cidr: [10.0.0.0/8, 'fc00::/7']"
    #expect(try Rules.holds(rule, Request(clientAddress: "10.1.2.3")))
    #expect(try Rules.holds(rule, Request(clientAddress: "fd00::1")))
    #expect(try !Rules.holds(rule, Request(clientAddress: "11.1.2.3")))
    #expect(try !Rules.holds(rule, Request(clientAddress: "")))
    #expect(try !Rules.holds(rule, Request(clientAddress: "10.0.0.0/8")))
  }

  @Test("numbers compare as numbers, and their text as a text")
  func numbers() throws {
    let request = Request(status: 404, responseBytes: 1_000)
    for (rule, holds) in [
      ("sc-status: 404", true), ("sc-status: '404'", true), ("sc-status: 404.0", true),
      ("sc-status: [200, 404]", true), ("sc-status: 40", false), ("sc-status|lt: 404", false),
      ("sc-status|lte: 404", true), ("sc-status|gt: 403.5", true), ("sc-status|gte: 405", false),
      ("sc-status|startswith: 4", true), ("sc-status: '4*'", true), ("sc-status|neq: 404", false),
      ("sc-bytes|gt: 999", true), ("cs-bytes|lt: 1", true), ("sc-status|contains: '0'", true),
    ] {
      #expect(try Rules.holds(rule, request) == holds, "\(rule)")
    }
    #expect(try !Rules.holds("sc-status|lt: 400", Request(status: 0)))
  }

  @Test("an absent field is null, empty and does not exist; nothing else holds of it")
  func absence() throws {
    for (rule, ofAbsent, ofPresent) in [
      ("cs-cookie: null", true, false), ("cs-cookie: ''", true, false),
      ("cs-cookie|exists: false", true, false), ("cs-cookie|exists: true", false, true),
      ("cs-cookie: '*'", false, true), ("cs-cookie|contains: ''", false, true),
      ("cs-cookie|re: 'a*'", false, true), ("cs-cookie|neq: b", true, true),
      ("cs-cookie: [null, 'abc']", true, true), ("sc-status|exists: false", true, false),
    ] {
      #expect(try Rules.holds(rule, Request(status: 0)) == ofAbsent, "\(rule)")
      #expect(try Rules.holds(rule, Request(cookie: "abc")) == ofPresent, "\(rule)")
    }
  }

  @Test("fieldref compares with another field of the same request")
  func fieldReferences() throws {
    let request = Request(
      authority: "a.example", path: "/x?h=A.EXAMPLE", referer: "http://a.example/")
    for (rule, holds) in [
      ("cs-host|fieldref: cs-referer", false), ("cs-referer|fieldref|contains: cs-host", true),
      ("cs-referer|fieldref|startswith: cs-host", false),
      ("cs-uri-query|fieldref|endswith: cs-host", true),
      ("cs-uri-query|fieldref|endswith|cased: cs-host", false),
      ("cs-uri-query|fieldref|endswith|neq: cs-host", false),
      ("cs-host|fieldref: cs-cookie", false), ("cs-cookie|fieldref: cs-username", false),
    ] {
      #expect(try Rules.holds(rule, request) == holds, "\(rule)")
    }
  }

  @Test("a URI is met by its path too, and a host by itself without its port")
  func alternatives() throws {
    let request = Request(scheme: "https", authority: "h.example:8443", path: "/a/b?c")
    for (rule, holds) in [
      ("c-uri: '/a/b?c'", true), ("c-uri: 'https://h.example:8443/a/b?c'", true),
      ("c-uri|startswith: '/a'", true), ("c-uri|startswith: 'https://h'", true),
      ("c-uri|startswith: 'h.example'", false), ("c-uri|re: '^/a'", true),
      ("cs-host: 'h.example'", true), ("cs-host: 'h.example:8443'", true),
      ("cs-host|endswith: '.example'", true), ("cs-host|endswith: ':8443'", true),
      ("cs-host|endswith|neq: '.example'", false), ("cs-host|startswith: 'h'", true),
    ] {
      #expect(try Rules.holds(rule, request) == holds, "\(rule)")
    }
  }

  @Test("addresses and other fields are asked for in both meanings too")
  func alternativesOfOthers() throws {
    let request = Request(
      scheme: "https", authority: "10.1.2.3:80", path: "/a", referer: "10.1.2.3", cookie: "/a")
    #expect(try Rules.holds("cs-host|cidr: 10.0.0.0/8", request))
    #expect(try Rules.holds("cs-host|fieldref: cs-referer", request))
    #expect(try Rules.holds("c-uri|fieldref: cs-cookie", request))
  }

  @Test(
    "a keyword is looked for in authority, path, decoded path, user agent, referer and method",
    arguments: [
      ("- H.EXAMPLE", true), ("- example/a", true), ("- '/a%20b'", true), ("- '/a b'", true),
      ("- curl", true), ("- r.example", true), ("- GET", true), ("- a?b", true),
      ("- 'curl*get'", true), ("- https", false), ("- secret", false), ("- 200", false),
      ("[nope, curl]", true), ("{'|all': [nope, curl]}", false), ("{'|all': [GET, curl]}", true),
      ("{'|cased': CURL}", false), ("{'|contains|cased': url}", true), ("{'|neq': curl}", false),
      ("{'|re': '^h.*b$'}", false), ("{'|re|m': '^h.*b$'}", true), ("{'': nope}", false),
      ("[{cs-method: POST}, curl]", true), ("curl", true), ("- 20", true),
    ])
  func keywords(search: String, holds: Bool) throws {
    let request = Request(
      scheme: "https", authority: "h.example", path: "/a%20b", userAgent: "curl",
      referer: "r.example", cookie: "secret")
    #expect(
      try Rules.compile("s:\n  \(search)\ncondition: s").holds(request) == holds, "\(search)")
  }
}
