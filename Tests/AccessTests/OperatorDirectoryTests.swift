internal import Access
internal import MeshModel
internal import Testing

struct OperatorDirectoryTests {
  private let view = [Grant(.viewer, in: .all)]
  private let directory: OperatorDirectory
  private let alice: SPIFFEID
  private let bob: SPIFFEID

  init() throws {
    alice = try SPIFFEID(parsing: "spiffe://shop.demo/people/alice")
    bob = try SPIFFEID(parsing: "spiffe://shop.demo/people/bob")
    directory = OperatorDirectory(operators: [
      OperatorEntry(
        name: "alice", grants: view, certificates: [alice], login: "alice@shop.demo",
        user: "root"),
      OperatorEntry(name: "bob", grants: view, certificates: [bob]),
      OperatorEntry(name: "empty", grants: [], login: "empty@shop.demo"),
    ])
  }

  @Test("a certificate with the identity of one operator is that operator")
  func certificate() throws {
    let stranger = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/orders")
    #expect(
      try directory.holder(of: [stranger, alice])
        == Operator(name: "alice", grants: view, via: .certificate))
    for identities in [[], [stranger], [alice, bob]] {
      #expect(throws: AccessRefusal.unknownCertificate) {
        try directory.holder(of: identities)
      }
    }
  }

  @Test("a login that is configured is its operator, with what is configured and claimed")
  func login() throws {
    let claimed = [Grant(.operator, in: .named(["shop"]))]
    let caller = try directory.login("alice@shop.demo", claimed: claimed)
    #expect(caller == Operator(name: "alice", grants: view + claimed, via: .oidc))
    #expect(caller.description == "alice (oidc)")
    let other = try directory.login("carol", claimed: claimed)
    #expect(other == Operator(name: "carol", grants: claimed, via: .oidc))
  }

  @Test("nobody becomes a configured operator by choosing its name at the provider")
  func impersonation() {
    for name in ["alice", "bob", "empty"] {
      #expect(throws: AccessRefusal.nothingGranted(name: name)) {
        try directory.login(name, claimed: [Grant(.admin, in: .all)])
      }
    }
  }

  @Test("a login to which nothing is granted, or with a name that is none, is refused")
  func ungranted() {
    for name in ["empty@shop.demo", "carol"] {
      #expect(throws: AccessRefusal.self) { try directory.login(name, claimed: []) }
    }
    for name in ["", "a b", "alice (uid 0)", "a\0", "ａｌｉｃｅ", String(repeating: "a", count: 255)] {
      #expect(throws: AccessRefusal.self, "\(name.prefix(20))") {
        try directory.login(name, claimed: view)
      }
    }
  }

  @Test("a user of this machine counts under the operator's name")
  func users() {
    #expect(directory.name(ofUser: "root") == "alice")
    #expect(directory.name(ofUser: "bob") == "bob")
    #expect(directory.name(ofUser: "carol") == "carol")
  }

  @Test("namespaces and names are what they can be, and nothing else")
  func names() {
    for name in ["shop", "kube-system", "a.b_C-9", String(repeating: "n", count: 253)] {
      #expect(Namespaces.isName(name))
    }
    for name in ["", "*", "a/b", "a b", "é", "a\n", String(repeating: "n", count: 254)] {
      #expect(!Namespaces.isName(name))
    }
    #expect(Operator.isName("alice+x@shop.demo") && !Operator.isName("a/b"))
  }
}
