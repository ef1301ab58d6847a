internal import Access
internal import Foundation
internal import Testing

/// Every operation against every operator and namespace, as a table in a file.
///
/// `FLYBALL_GOLDEN=write swift test --filter OperationTable` writes it anew.
struct OperationTableTests {
  /// Operators as a site has them, and where each is asked about.
  private static let operators: [(String, [Grant])] = [
    ("nobody", []),
    ("viewer of shop", [Grant(.viewer, in: .named(["shop"]))]),
    ("viewer of all", [Grant(.viewer, in: .all)]),
    ("operator of shop", [Grant(.operator, in: .named(["shop"]))]),
    (
      "operator of shop, viewer of all",
      [
        Grant(.operator, in: .named(["shop"])), Grant(.viewer, in: .all),
      ]
    ),
    ("operator of all", [Grant(.operator, in: .all)]),
    ("admin of shop", [Grant(.admin, in: .named(["shop"]))]),
    ("admin of all", [Grant(.admin, in: .all)]),
  ]

  private static let namespaces: [String?] = ["shop", "bank", nil]

  @Test("every operation is allowed to exactly those whom the table names, and where")
  func table() throws {
    var lines: [String] = []
    for operation in Operation.allCases {
      lines.append(
        "\(operation.method.rawValue) \(operation.path)  [\(operation.id), \(operation.leastRole)"
          + ", \(operation.reach)]")
      for (name, grants) in Self.operators {
        let caller = Operator(name: "x", grants: grants, via: .oidc)
        let places = Self.namespaces.filter { caller.may(operation, in: $0) }
          .map { $0 ?? "mesh" }
        let entry = caller.maySomewhere(operation) ? "enters" : "refused"
        lines.append("  \(name): \(entry); \(places.isEmpty ? "-" : places.joined(separator: " "))")
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/operations.txt")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try text == String(contentsOf: golden, encoding: .utf8))
  }

  @Test("whoever may do something somewhere is let in, and whoever may not nowhere")
  func entry() {
    for operation in Operation.allCases {
      for (name, grants) in Self.operators {
        let caller = Operator(name: "x", grants: grants, via: .oidc)
        let anywhere = Self.namespaces.contains { caller.may(operation, in: $0) }
        #expect(caller.maySomewhere(operation) == anywhere, "\(operation) \(name)")
      }
    }
  }

  @Test("a higher role loses nothing that a lower one had")
  func roles() {
    for operation in Operation.allCases {
      for namespaces in [Namespaces.all, .named(["shop"])] {
        for place in Self.namespaces {
          let allowed = Role.allCases.sorted().map { role in
            Operator(name: "x", grants: [Grant(role, in: namespaces)], via: .oidc)
              .may(operation, in: place)
          }
          #expect(!zip(allowed, allowed.dropFirst()).contains { $0 && !$1 }, "\(operation)")
        }
      }
    }
  }

  @Test("nothing but viewing is left to a viewer, and everything that changes is a POST")
  func methods() {
    for operation in Operation.allCases where operation.method == .post {
      #expect(operation.leastRole > .viewer)
    }
    #expect(
      Set(Operation.allCases.map { "\($0.method) \($0.path)" }).count == Operation.allCases.count)
  }

  @Test("the socket may do everything, everywhere")
  func socket() {
    let caller = Operator.onSocket(name: "alice", userID: 1_000)
    #expect(caller.description == "alice (uid 1000)")
    for operation in Operation.allCases {
      for place in Self.namespaces { #expect(caller.may(operation, in: place)) }
    }
  }

  @Test("a request is the operation whose method and segments it has, as sent")
  func matching() {
    for operation in Operation.allCases {
      let path = operation.path.replacing("{id}", with: "fb-1")
      #expect(Operation(method: operation.method.rawValue, path: path) == operation)
      for other in ["PUT", "DELETE", "HEAD", "get", "", "PATCH"] {
        #expect(Operation(method: other, path: path) == nil)
      }
    }
    for path in [
      "", "/", "v1/status", "/v1/status/", "//v1/status", "/v1//status", "/V1/status",
      "/v1/%73tatus", "/v1/status\0", "/v1/status?x", "/v1/status/..", "/v1/./status",
      "/v1/actions/", "/v1/actions//approve", "/v1/actions/a/b/approve", "/v2/status",
      "/v1/" + String(repeating: "a/", count: 100_000),
    ] {
      #expect(Operation(method: "GET", path: path) == nil, "\(path.prefix(40))")
      #expect(Operation(method: "POST", path: path) == nil, "\(path.prefix(40))")
    }
  }
}
