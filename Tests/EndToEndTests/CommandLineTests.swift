internal import Foundation
internal import Testing

/// The program as a person meets it.
struct CommandLineTests {
  @Test("without a daemon the client says so, names the socket, and exits 3")
  func noDaemon() throws {
    let output = try Program.flyball("get", "actions", "--socket", "/tmp/no-such-flyball.sock")
    #expect(output.status == 3)
    #expect(output.err.contains("no daemon answers at /tmp/no-such-flyball.sock"))
    #expect(output.out.isEmpty)
  }

  @Test("wrong usage exits 2 and says what is right")
  func usage() throws {
    for arguments in [["get", "nonsense"], ["revert"], ["run"]] {
      let output =
        arguments.count == 1
        ? try Program.flyball(arguments[0]) : try Program.flyball(arguments[0], arguments[1])
      #expect(output.status == 2, "\(arguments)")
      #expect(output.err.contains("Usage: flyball"))
    }
  }

  @Test("the manual page is what the program says of itself, and roff understands it")
  func manual() throws {
    let check = try Program.run(TestMesh.root + "/dev/manual", "--check")
    #expect(check.status == 0, "\(check.err)")
    let groff = try Program.run(
      "/usr/bin/groff", "-man", "-Tutf8", "-ww", TestMesh.root + "/docs/man/flyball.1")
    #expect(groff.status == 0 && groff.err.isEmpty, "\(groff.err)")
  }

  @Test("explain tells of every kind, of a key by its path or its end, and of what is not there")
  func explain() throws {
    for kind in [
      "policy", "configuration", "actions", "alerts", "nodes", "policies", "rules", "scores",
      "services", "self-test",
    ] {
      let output = try Program.flyball("explain", kind)
      #expect(output.status == 0 && output.out.contains("\nKEYS\n"), "\(kind)")
      // Whoever reads it in a terminal of 80 columns sees all of it.
      #expect(
        output.out.split(separator: "\n").allSatisfy { $0.hasPrefix("  ") || $0.count <= 80 })
    }
    let whole = try Program.flyball("explain", "policy.spec.steps.approval")
    let end = try Program.flyball("explain", "policy.approval")
    #expect(whole.out == end.out && whole.out.contains("  count: number from 1 to 5, default 1\n"))
    let proxies = try Program.flyball("explain", "actions.proxies.accepted")
    #expect(proxies.out.contains("VALUE     instant in RFC 3339\n"))
    let several = try Program.flyball("explain", "policy.rate")
    #expect(several.status == 2 && several.err.contains("policy.spec.revert.through.rate\n"))
    let none = try Program.flyball("explain", "policy.nothing")
    #expect(none.status == 2 && none.err.contains("policy has no key 'nothing'"))
    let bare = try Program.flyball("explain", "signals.senders")
    #expect(bare.status == 2 && bare.err.contains("did you mean configuration.signals.senders?"))
    let kind = try Program.flyball("explain", "pods")
    #expect(kind.status == 2 && kind.err.contains("there are policy, configuration, actions"))
  }

  @Test("completions are printed for bash, zsh and fish", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let output = try Program.flyball("--generate-completion-script", shell)
    #expect(output.status == 0 && output.out.contains("self-test"))
  }

  @Test("a bad configuration prints every error with its place and exits 2")
  func badConfiguration() throws {
    let path =
      FileManager.default.temporaryDirectory.path
      + "/flyball-bad-\(UInt32.random(in: 0 ... .max)).yaml"
    try """
    apiVersion: flyball.dev/v1alpha1
    kind: Configuration
    mesh: {trustDomain: "Bad Domain"}
    listen: {proxies: {address: nowhere, insecure: true}, admin: "127.0.0.1:99999", socket: s}
    history: h.db
    policies: p
    surprise: true
    """.write(toFile: path, atomically: true, encoding: .utf8)
    for command in [["run"], ["config", "print"]] {
      let output =
        command.count == 1
        ? try Program.flyball("run", "--config", path)
        : try Program.flyball("config", "print", "--config", path)
      #expect(output.status == 2)
      let lines = output.err.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(lines.allSatisfy { $0.hasPrefix(path + ":") })
    }
  }
}
