import MeshModel

extension GeneratedTest {
  init(_ random: inout SeededRandom) {
    switch Int.random(in: 0..<20, using: &random) {
    case 0...9: self = .text(&random)
    case 10...12: self = .encoded(&random)
    case 13...14: self = .expression(&random)
    case 15: self = .network(&random)
    case 16: self = .presence(&random)
    case 17: self = .reference(&random)
    default: self = .number(&random)
    }
  }

  /// The oracle asks either column of these for a negated value, where both must refuse it.
  private static let ofTwoColumns: Set = ["c-uri", "cs-host", "r-dns"]

  private static func field(_ random: inout SeededRandom, _ modifiers: String) -> String {
    let names = textFields.filter {
      !modifiers.contains("neq") || !ofTwoColumns.contains($0)
    }
    return names.randomElement(using: &random) ?? ""
  }

  private static func text(_ random: inout SeededRandom) -> GeneratedTest {
    let modifiers = textModifiers.randomElement(using: &random) ?? ""
    if Int.random(in: 0..<12, using: &random) == 0 {
      let methods = ["GET", "post", "P*", "?ET", "DELETE"]
      let method = methods.randomElement(using: &random) ?? ""
      return GeneratedTest(
        field: "cs-method", modifiers: "", values: [quoted(method)], samples: ["GET", "POST"])
    }
    let count = modifiers.contains("all") ? 2 : Int.random(in: 1...3, using: &random)
    let values = (0..<count).map { _ in GeneratedValue(&random, withWildcards: true) }
    return GeneratedTest(
      field: field(&random, modifiers), modifiers: modifiers,
      values: values.map { quoted($0.source(&random)) },
      samples: values.map { $0.sample(&random) })
  }

  private static func encoded(_ random: inout SeededRandom) -> GeneratedTest {
    let modifiers = encodings.randomElement(using: &random) ?? ""
    if modifiers.contains("windash") {
      let values = ["cmd -f b-c", "/x -y", "a -é", "-"]
      let value = values.randomElement(using: &random) ?? ""
      let sample = String(
        value.map { "-/".contains($0) ? "–—―-/".randomElement(using: &random) ?? "-" : $0 })
      return GeneratedTest(
        field: field(&random, modifiers), modifiers: modifiers, values: [quoted(value)],
        samples: [sample])
    }
    // pySigma recodes only texts of ASCII.
    let texts =
      ["foobar", "admin:pw", "ab", "it's"] + (modifiers.hasPrefix("base64") ? ["é€x"] : [])
    let value = texts.randomElement(using: &random) ?? ""
    var units = Array(value.utf8)
    if modifiers.contains("wide") {
      units = value.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
    if modifiers.contains("utf16be") {
      units = value.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    } else if modifiers.contains("utf16") {
      units = [0xFF, 0xFE] + value.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
    let before = (0..<Int.random(in: 0...2, using: &random)).map { _ in UInt8(0x71) }
    let isOffset = modifiers.contains("offset")
    return GeneratedTest(
      field: field(&random, modifiers), modifiers: modifiers, values: [quoted(value)],
      samples: [Encoding.base64((isOffset ? before : []) + units + (isOffset ? [0x7A] : []))])
  }

  private static func expression(_ random: inout SeededRandom) -> GeneratedTest {
    let modifiers =
      ["re", "re|i", "re|m", "re|s", "re|i|s", "re|neq"].randomElement(using: &random) ?? ""
    let chosen = (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in
      expressions.randomElement(using: &random)
    }
    return GeneratedTest(
      field: field(&random, modifiers), modifiers: modifiers,
      values: chosen.map { "'\($0.source)'" }, samples: chosen.map(\.sample))
  }

  private static func network(_ random: inout SeededRandom) -> GeneratedTest {
    let blocks = [
      ("10.0.0.0/8", "10.1.2.3"), ("192.168.4.0/22", "192.168.7.255"), ("1.2.3.4", "1.2.3.4"),
      ("172.16.0.0/12", "172.31.0.1"), ("'fc00::/7'", "fd00::1"),
      ("'2001:db8::/32'", "2001:db8:1::5"),
    ]
    let chosen = (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in
      blocks.randomElement(using: &random)
    }
    let modifiers = ["cidr", "cidr|neq"].randomElement(using: &random) ?? ""
    return GeneratedTest(
      field: addressFields.randomElement(using: &random) ?? "", modifiers: modifiers,
      values: chosen.map(\.0), samples: chosen.map(\.1))
  }

  private static func presence(_ random: inout SeededRandom) -> GeneratedTest {
    let (modifiers, value) =
      [("", "null"), ("", "''"), ("exists", "true"), ("exists", "false"), ("", "'*'")]
      .randomElement(using: &random) ?? ("", "null")
    let names = ["cs-cookie", "cs-user-agent", "cs-referer", "cs-username"]
    return GeneratedTest(
      field: names.randomElement(using: &random) ?? "", modifiers: modifiers, values: [value])
  }

  private static func reference(_ random: inout SeededRandom) -> GeneratedTest {
    let modifiers =
      ["fieldref", "fieldref|contains", "fieldref|startswith", "fieldref|endswith", "fieldref|neq"]
      .randomElement(using: &random) ?? ""
    return GeneratedTest(
      field: "cs-referer", modifiers: modifiers, values: ["cs-username"],
      samples: [GeneratedValue(&random, withWildcards: false).sample(&random)])
  }

  private static func number(_ random: inout SeededRandom) -> GeneratedTest {
    let name = numberFields.randomElement(using: &random) ?? ""
    let numbers = ["200", "404", "403.5", "500", "0", "1000"]
    let texts = ["'4*'", "'200'", "'*0'", "'?04'"]
    if Int.random(in: 0..<4, using: &random) == 0 {
      return GeneratedTest(
        field: name, modifiers: ["", "neq"].randomElement(using: &random) ?? "",
        values: [texts.randomElement(using: &random) ?? ""], samples: ["404"])
    }
    let modifiers =
      ["", "", "lt", "lte", "gt", "gte", "neq", "lt|neq"].randomElement(using: &random) ?? ""
    let count = Int.random(in: 1...2, using: &random)
    return GeneratedTest(
      field: name, modifiers: modifiers,
      values: (0..<count).map { _ in numbers.randomElement(using: &random) ?? "" },
      samples: ["200", "403", "404", "1000"])
  }
}
