internal import ConfigurationYAML
internal import Testing
internal import YAMLNodes

struct HistoryPlacesTests {
  private func parse(_ history: String) throws -> Configuration {
    let text = """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: shop.demo}
      listen:
        proxies: {address: 127.0.0.1:15010, insecure: true}
        admin: 127.0.0.1:15020
        socket: flyball.sock
      history: \(history)
      policies: policies
      """
    let configuration = try Configuration.parse(text, file: "/etc/flyball/flyball.yaml")
    #expect(
      try Configuration.parse(configuration.effectiveText, file: "/elsewhere/x.yaml")
        == configuration)
    return configuration
  }

  @Test("a path alone puts checkpoints and key beside the history, and keeps everything")
  func path() throws {
    let configuration = try parse("history.db")
    #expect(configuration.history == "/etc/flyball/history.db")
    #expect(configuration.checkpoints == "/etc/flyball/history.db.checkpoints")
    #expect(configuration.historyKey == "/etc/flyball/history.db.key")
    #expect(configuration.keepSeconds == nil)
    #expect(try parse("{file: history.db}") == configuration)
  }

  @Test("checkpoints and key can be elsewhere, and texts kept for so many days")
  func mapping() throws {
    let configuration = try parse(
      "{file: h.db, checkpoints: /mnt/log/c, key: /run/key, keep: 400d}")
    #expect(configuration.history == "/etc/flyball/h.db")
    #expect(configuration.checkpoints == "/mnt/log/c")
    #expect(configuration.historyKey == "/run/key")
    #expect(configuration.keepSeconds == 34_560_000)
  }

  @Test(
    "what cannot be meant is refused at its place",
    arguments: [
      "{checkpoints: c}", "{file: h, keep: 0d}", "{file: h, keep: -1d}", "{file: h, keep: 3600s}",
      "{file: h, keep: 40000d}", "{file: h, keep: 99999999999999999999d}",
      "{file: h, keep: 9223372036854775807d}", "{file: h, keep: d}", "{file: h, keep: 1h}",
      "{file: h, key: h}", "{file: h, checkpoints: h.key}", "{file: h, more: x}", "[h]",
    ])
  func mistakes(history: String) {
    let error = #expect(throws: Diagnostics.self) { try parse(history) }
    #expect(error?.all.allSatisfy { $0.line == 8 } == true, "\(error?.description ?? "")")
  }
}
