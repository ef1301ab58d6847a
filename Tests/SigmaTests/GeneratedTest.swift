import MeshModel

/// A key of a generated rule, and how to make a request fit it.
struct GeneratedTest {
  /// Empty for keywords.
  var field: String
  var modifiers: String
  var values: [String]
  /// Texts for the field, one for each value; empty where there are none.
  var samples: [String] = []

  static let textFields = [
    "cs-uri", "cs-uri-query", "c-uri-query", "cs-uri-stem", "c-uri-stem", "c-uri",
    "c-uri-extension",
    "cs-host", "r-dns", "cs-user-agent", "c-useragent", "cs-referer", "cs-referrer", "cs-username",
    "cs-cookie", "cs-content-type",
  ]
  static let numberFields = ["sc-status", "cs-bytes", "sc-bytes"]
  static let addressFields = ["c-ip", "src_ip", "dst_ip"]

  static let textModifiers = [
    "", "contains", "startswith", "endswith", "contains|all", "cased", "contains|cased",
    "startswith|cased", "cased|endswith", "neq", "contains|neq", "contains|all|neq",
    "endswith|neq",
  ]
  static let encodings = [
    "base64", "base64|contains", "base64offset|contains", "wide|base64offset|contains",
    "utf16be|base64|contains", "utf16|base64offset|contains", "wide|base64", "windash",
    "contains|windash", "base64offset|contains|cased", "windash|endswith",
  ]
  static let expressions: [(source: String, sample: String)] = [
    ("adm[a-z]+", "xadminx"), ("^/a.*b$", "/a-b"), ("(foo|bar){1,2}x?", "barfoo"),
    (#"\d{3}"#, "a123"), ("a.c", "a-c"), (#"\.php\?"#, "/i.php?x"), ("^second", "first\nsecond"),
    ("t.s", "t\ns"), ("it''s", "it's"),
  ]

  /// As a line of a rule.
  var line: String {
    let key = modifiers.isEmpty ? field : "\(field)|\(modifiers)"
    let quoted = values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]"
    return "'\(key)': \(quoted)"
  }

  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
