internal import ConfigurationYAML
internal import FeedbackLoop
internal import MeshModel
internal import Testing
internal import YAMLNodes

struct PolicyStepTests {
  @Test("reroute, tighten-mtls and shadow are read")
  func kinds() throws {
    let decoy = try #require(ClusterName(parsing: "outbound|80||decoy.shop"))
    for (step, stage) in [
      ("{action: reroute, with: {cluster: outbound|80||decoy.shop}}", Stage.reroute(to: decoy)),
      ("{action: tighten-mtls}", .tightenMTLS), ("{action: quarantine}", .quarantine),
    ] {
      let policy = try ResponsePolicy.parse(
        text(mode: "shadow", steps: "[\(step)]"), file: "p.yaml")
      #expect(policy.mode == .shadow)
      #expect(policy.steps.map(\.stage) == [stage])
    }
    let ladder =
      "[{action: throttle, with: {rate: 5/s}}, {action: reroute, with: {cluster: d}}, {action: quarantine}]"
    #expect(
      try ResponsePolicy.parse(text(steps: ladder), file: "p.yaml").steps.map(\.stage.name)
        == ["throttle", "reroute", "quarantine"])
  }

  private func text(mode: String = "enforce", steps: String, scope: String = "{}") -> String {
    """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: p}
    spec:
      mode: \(mode)
      match: [{score: {detector: auth-failures, above: 0.99}}]
      scope: \(scope)
      steps: \(steps)
      revert: {ttl: 1m}
    """
  }

  @Test(
    "steps that could not be carried out or proved are refused with their place",
    arguments: [
      ("enforce", "[{action: reroute}]", "{}", "8:11: reroute needs 'with: {cluster: decoy}'"),
      (
        "enforce", "[{action: reroute, with: {cluster: \"a b\"}}]", "{}",
        "8:45: cluster 'a b' is no name of a cluster: letters, digits and . _ | - are taken, at most"
          + " 255"
      ),
      (
        "enforce", "[{action: tighten-mtls, with: {rate: 5/s}}]", "{}",
        "8:40: tighten-mtls takes no 'with'"
      ),
      (
        "enforce", "[{action: quarantine}, {action: reroute, with: {cluster: d}}]", "{}",
        "8:33: reroute cannot follow quarantine: steps rise from throttle over reroute to"
          + " quarantine, and tighten-mtls stands alone"
      ),
      (
        "enforce", "[{action: throttle, with: {rate: 5/s}}, {action: tighten-mtls}]", "{}",
        "8:50: tighten-mtls cannot follow throttle: steps rise from throttle over reroute to"
          + " quarantine, and tighten-mtls stands alone"
      ),
      (
        "enforce", "[{action: tighten-mtls}]", "{clients: true}",
        "8:11: clients of gateways have no certificates that tighten-mtls could ask for"
      ),
      (
        "enforce", "[{action: tighten-mtls, withoutWitness: {throttle: {rate: 5/s}}}]", "{}",
        "8:50: withoutWitness of tighten-mtls can only be approve"
      ),
      (
        "enforce", "[{action: throttle, with: {rate: 5/s}, withoutWitness: approve}]", "{}",
        "8:65: withoutWitness is for actions that need two witnesses: throttle does not"
      ),
      (
        "shadow", "[{action: throttle, with: {rate: 5/s}}]", "{}",
        "8:11: a throttle has no shadow: Envoy counts what it would limit, but names no request and"
          + " no action, so nothing could be proved"
      ),
      (
        "shadow", "[{action: quarantine, withoutWitness: {throttle: {rate: 5/s}}}]", "{}",
        "8:11: in a shadow policy withoutWitness can only be approve: a throttle has no shadow"
      ),
    ])
  func badSteps(mode: String, steps: String, scope: String, mistake: String) {
    #expect(mistakes(text(mode: mode, steps: steps, scope: scope)) == ["p.yaml:" + mistake])
  }

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try ResponsePolicy.parse(text, file: "p.yaml")
      return []
    } catch {
      return error.all.map(\.description)
    }
  }
}
