internal import ConfigurationYAML
internal import Testing
internal import YAMLNodes

struct IdentityTests {
  private func mistakes(mesh: String, rest: String = "", admin: Int = 2) -> [String] {
    do {
      _ = try ConfigurationFile.parse(
        """
        apiVersion: flyball.dev/v1alpha1
        kind: Configuration
        mesh: {trustDomain: shop.demo, \(mesh)}
        listen: {proxies: {address: 127.0.0.1:1, insecure: true}, admin: 127.0.0.1:\(admin), socket: s}
        history: h
        policies: p
        \(rest)
        """, file: "f.yaml")
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test("an identity of another trust domain is refused wherever one is named")
  func foreign() {
    let reason =
      "'spiffe://other/a' is of trust domain 'other', not of mesh.trustDomain 'shop.demo'"
    #expect(
      mistakes(mesh: "gateways: [\"spiffe://other/a\"]") == ["f.yaml:3:43: \(reason)"])
    #expect(
      mistakes(mesh: "services: [{principal: \"spiffe://other/a\"}]")
        == ["f.yaml:3:55: \(reason)"])
    #expect(
      mistakes(mesh: "", rest: "limits: {protected: [\"spiffe://other/a\"]}")
        == ["f.yaml:7:22: \(reason)"])
    #expect(
      mistakes(
        mesh: "",
        rest: "proxies: [{principal: \"spiffe://other/a\", node: n, admin: 127.0.0.1:3}]")
        == ["f.yaml:7:23: \(reason)"])
  }

  @Test("a pattern of another trust domain protects nobody and is refused")
  func foreignPattern() {
    #expect(
      mistakes(mesh: "", rest: "limits: {protected: [\"spiffe://other/ns/*\"]}") == [
        "f.yaml:7:22: 'spiffe://other/ns/*' is of trust domain 'other', not of mesh.trustDomain"
          + " 'shop.demo'"
      ])
  }

  @Test("an identity of the self-test is refused wherever one is named")
  func reserved() {
    func reason(_ path: String) -> String {
      "'spiffe://shop.demo/flyball/\(path)' is kept for Flyball's self-test: no workload may have it"
    }
    #expect(
      mistakes(mesh: "gateways: [\"spiffe://shop.demo/flyball/self-test\"]")
        == ["f.yaml:3:43: \(reason("self-test"))"])
    #expect(
      mistakes(mesh: "services: [{principal: \"spiffe://shop.demo/flyball/self-test/place-1\"}]")
        == ["f.yaml:3:55: \(reason("self-test/place-1"))"])
    #expect(
      mistakes(mesh: "", rest: "limits: {protected: [\"spiffe://shop.demo/flyball/self-test\"]}")
        == ["f.yaml:7:22: \(reason("self-test"))"])
    #expect(
      mistakes(
        mesh: "", rest: "limits: {protected: [\"spiffe://shop.demo/flyball/*\"]}"
      ).isEmpty)
    #expect(mistakes(mesh: "gateways: [\"spiffe://shop.demo/flyball/self-tests\"]").isEmpty)
  }

  @Test("one name stands for one principal")
  func names() {
    #expect(
      mistakes(
        mesh: "services: [{principal: \"spiffe://shop.demo/a\", names: [x]},"
          + " {principal: \"spiffe://shop.demo/b\", names: [y, x]}]") == [
          "f.yaml:3:92: 'x' already is a name of spiffe://shop.demo/a"
        ])
  }

  @Test("two listeners cannot have one address")
  func addresses() {
    #expect(
      mistakes(mesh: "", admin: 1) == [
        "f.yaml:4:66: listen.admin: 127.0.0.1:1 already is the address of listen.proxies"
      ])
  }
}
