internal import ConfigurationYAML
internal import FeedbackLoop
internal import Foundation
internal import Testing
internal import YAMLNodes

/// The table behind `flyball explain` against the readers of the files themselves.
struct FileFieldTests {
  private typealias Needs = FieldDocument.Needs
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-fields-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let issuer = try Issuer(folder: folder, now: Date(timeIntervalSince1970: 1_800_000_000))
    try issuer.issue("own", uris: ["spiffe://shop.demo/ns/shop/sa/flyball"], days: 200)
    try Data("s3cret".utf8).write(to: folder.appendingPathComponent("secret"))
  }

  /// What a file says, as something that can be compared.
  private enum Parsed: Equatable {
    case policy(ResponsePolicy)
    case configuration(Configuration)
  }

  private func parse(_ document: FieldDocument) -> Result<Parsed, Diagnostics> {
    do throws(Diagnostics) {
      switch document.kind {
      case .policy:
        return .success(.policy(try ResponsePolicy.parse(document.text, file: "p.yaml")))
      case .configuration:
        let file = folder.path + "/f.yaml"
        return .success(.configuration(try Configuration.parse(document.text, file: file)))
      }
    } catch {
      return .failure(error)
    }
  }

  private func mistakes(_ document: FieldDocument) -> [String] {
    guard case .failure(let error) = parse(document) else { return [] }
    return error.all.map(\.message)
  }

  /// What `with` holds depends on the action.
  private static func needs(_ path: String) -> [Needs] {
    let throttle = Needs(
      values: ["spec.steps[].action": "throttle"], excluded: ["spec.steps[].with.cluster"])
    let reroute = Needs(
      values: ["spec.steps[].action": "reroute"],
      excluded: ["spec.steps[].with.rate", "spec.steps[].with.burst"])
    switch path {
    case "spec.steps[].with": return [throttle, reroute]
    case "spec.steps[].with.cluster": return [reroute]
    case _ where path.hasPrefix("spec.steps[].with."): return [throttle]
    case _ where path.hasPrefix("signals.senders[].mapping"):
      return [Needs(values: ["signals.senders[].format": "mapped"])]
    case "notifications.receivers[].keysFile":
      return [Needs(values: ["notifications.receivers[].kind": "standard-webhooks"])]
    case "notifications.receivers[].silencedBy":
      let url = "url: \"https://hooks.shop.demo/flyball\""
      let both =
        "[{name: am, kind: alertmanager, \(url)}, {name: chat, kind: slack, \(url), silencedBy: am}]"
      return [Needs(values: ["notifications.receivers": both])]
    case "threats.feeds[].collection":
      return [Needs(values: ["threats.feeds[].kind": "taxii"])]
    default: return [Needs()]
    }
  }

  @Test(
    "no key is in the table twice, and each is in one that is there", arguments: FileKind.allCases)
  func paths(kind: FileKind) {
    let paths = kind.fields.map(\.path)
    #expect(Set(paths).count == paths.count)
    for path in paths {
      let parent = FieldDocument.parent(of: path)
      #expect(parent.isEmpty || paths.contains(parent), "\(path)")
    }
  }

  @Test(
    "the keys that a mapping may have are those of the table, no more and no less",
    arguments: FileKind.allCases)
  func keys(kind: FileKind) {
    let mappings = kind.fields.map(\.path).filter {
      !FieldDocument.children(of: $0, kind).isEmpty
    }
    for path in [""] + mappings {
      var known: Set<String> = []
      for needs in Self.needs(path) {
        var document = FieldDocument(kind, with: path, needs)
        document.extended = path
        let told = mistakes(document).compactMap { message -> Substring? in
          guard message.hasPrefix("unknown key 'zzz'"),
            let list = message.firstRange(of: "known are ")
          else { return nil }
          return message[list.upperBound...]
        }
        #expect(told.count == 1, "\(path): \(mistakes(document))")
        known.formUnion((told.first ?? "").components(separatedBy: ", "))
      }
      let names = FieldDocument.children(of: path, kind).map { FieldDocument.name(of: $0.path) }
      #expect(known == Set(names), "\(path)")
    }
  }

  @Test(
    "every example of the table is taken, and what has no keys in the table takes none",
    arguments: FileKind.allCases)
  func examples(kind: FileKind) {
    for field in kind.fields {
      for needs in Self.needs(field.path) {
        var document = FieldDocument(kind, with: field.path, needs)
        #expect(mistakes(document) == [], "\(field.path): \(document.text)")
        let isLeaf = FieldDocument.children(of: field.path, kind).isEmpty
        #expect(isLeaf == (field.example != nil), "\(field.path)")
        guard isLeaf else { continue }
        for value in ["{zzz: 1}", "[{zzz: 1}]"] {
          document.set(field.path, to: value)
          let unknown = mistakes(document).filter { $0.hasPrefix("unknown key") }
          #expect(unknown == [], "\(field.path) has keys that the table lacks")
        }
      }
    }
  }

  @Test(
    "what the table calls needed is missed when it is left out, and nothing else is",
    arguments: FileKind.allCases)
  func needed(kind: FileKind) {
    for field in kind.fields where field.isRequired {
      for needs in Self.needs(field.path) {
        var document = FieldDocument(kind, with: field.path, needs)
        document.leaveOut(field.path)
        let name = FieldDocument.name(of: field.path)
        #expect(
          mistakes(document).contains { $0.contains("needs '\(name)'") }, "\(field.path)")
      }
    }
  }

  @Test("what the table says holds without a key does", arguments: FileKind.allCases)
  func standards(kind: FileKind) {
    for field in kind.fields {
      guard let standard = field.standard else { continue }
      // Whoever is not insecure needs certificates.
      let beside = FieldDocument.parent(of: field.path)
      let isListener = beside.hasPrefix("listen")
      let path =
        field.path.hasSuffix(".insecure") ? beside + (isListener ? ".tls" : ".key") : field.path
      var needs = Self.needs(path)[0]
      needs.needsIssuer = false
      var document = FieldDocument(kind, with: path, needs)
      document.leaveOut(field.path)
      let without = parse(document)
      document.set(field.path, to: standard)
      let with = parse(document)
      guard case .success(let left) = without, case .success(let right) = with else {
        Issue.record("\(field.path): \(document.text) \(mistakes(document))")
        continue
      }
      #expect(left == right, "\(field.path)")
    }
  }
}
