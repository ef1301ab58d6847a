internal import MeshModel
internal import Signals
internal import Testing

struct WorkloadRulesTests {
  private static let far = Sample.identity("spiffe://other.local/ns/shop/sa/users")
  private static let known = KnownWorkloads(
    identities: [Sample.web, Sample.users, far],
    pods: [
      .init(namespace: "shop", name: "web-1"): [Sample.web],
      .init(namespace: "shop", name: "both"): [Sample.web, Sample.users],
    ])

  private func attribution(
    _ labels: [String: String], _ rules: WorkloadRules = WorkloadRules()
  ) -> SignalAttribution {
    rules.attribution(of: Sample.signal(labels: labels), among: Self.known)
  }

  @Test("identity, pod and service account each lead to the workload")
  func builtIn() throws {
    let web = SignalAttribution.subject(Sample.web)
    #expect(attribution(["spiffe_id": Sample.web.description]) == web)
    #expect(attribution(["namespace": "shop", "pod": "web-1"]) == web)
    #expect(attribution(["k8s.ns.name": "shop", "k8s.pod.name": "web-1"]) == web)
    #expect(attribution(["namespace": "shop", "service_account": "web"]) == web)
  }

  @Test("the pod that reports on another is not taken for it")
  func exported() {
    let exporter = ["namespace": "shop", "pod": "web-1"]
    func with(_ more: [String: String]) -> SignalAttribution {
      attribution(exporter.merging(more) { $1 })
    }
    #expect(with([:]) == .subject(Sample.web))
    #expect(with(["exported_pod": "x", "exported_namespace": "bank"]) == .nobody)
    #expect(with(["exported_pod": "x"]) == .nobody)
    #expect(with(["exported_namespace": "bank"]) == .nobody)
    #expect(
      attribution(["exported_namespace": "shop", "exported_pod": "web-1", "pod": "ksm"])
        == .subject(Sample.web))
  }

  @Test("an alert that names nobody is nobody's, and text names nobody")
  func nobody() {
    #expect(attribution([:]) == .nobody)
    #expect(attribution(["pod": "web-1"]) == .nobody)
    #expect(attribution(["namespace": "bank", "pod": "web-1"]) == .nobody)
    #expect(attribution(["namespace": "shop", "pod": "web"]) == .nobody)
    #expect(attribution(["namespace": "shop", "service_account": "none"]) == .nobody)
    #expect(attribution(["spiffe_id": "web"]) == .nobody)
    #expect(attribution(["description": Sample.web.description]) == .nobody)
  }

  @Test("a name that is not in the mesh is a stranger's, not a neighbour's")
  func stranger() {
    let gone = Sample.identity("spiffe://cluster.local/ns/shop/sa/gone")
    #expect(attribution(["spiffe_id": gone.description]) == .stranger(gone))
  }

  @Test("an alert that names two is ambiguous, however it names them")
  func ambiguous() {
    #expect(
      attribution(["namespace": "shop", "pod": "both"]) == .ambiguous([Sample.users, Sample.web]))
    #expect(
      attribution(["namespace": "shop", "service_account": "users"])
        == .ambiguous([Sample.users, Self.far]))
    #expect(
      attribution([
        "spiffe_id": Sample.users.description, "namespace": "shop", "pod": "web-1",
      ]) == .ambiguous([Sample.users, Sample.web]))
  }

  @Test("a template fills in whole segments only")
  func template() throws {
    let template = try #require(
      LabelTemplate(parsing: "spiffe://cluster.local/ns/{ns}/sa/{app}"))
    let rules = WorkloadRules([.template(template)])
    #expect(attribution(["ns": "shop", "app": "web"], rules) == .subject(Sample.web))
    #expect(attribution(["ns": "shop/sa/web/x", "app": "web"], rules) == .nobody)
    #expect(attribution(["ns": "..", "app": "web"], rules) == .nobody)
    #expect(attribution(["ns": "", "app": "web"], rules) == .nobody)
    #expect(attribution(["ns": "shop", "app": "we b"], rules) == .nobody)
    #expect(attribution(["ns": "shop"], rules) == .nobody)
  }

  @Test(
    "a template that could leave its trust domain, or is malformed, is none",
    arguments: [
      "", "spiffe://{domain}/ns/a", "spiffe://a{b}.local/x", "{x}", "spiffe://a/{", "spiffe://a/}",
      "spiffe://a/{}", "spiffe://a/{{x}}", "spiffe://a", "spiffe://a/b c", "spiffe://a//{x}",
    ])
  func malformed(text: String) {
    #expect(LabelTemplate(parsing: text) == nil)
  }
}
