internal import Foundation
internal import MeshModel
internal import Testing
internal import ThreatIntelligence
internal import YAMLNodes

@testable internal import ConfigurationYAML

/// The key `threats`, with the files it names beside it.
final class ThreatSettingsTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["ca.pem", "token"] {
      try "x".write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
  }

  deinit {
    // What stays behind is in the folder for what is temporary.
    try? FileManager.default.removeItem(at: folder)
  }

  private static let least = """
    threats:
      feeds: [{name: own, kind: list, file: own.txt}]
    """

  private static let most = """
    threats:
      folder: feeds
      never: [example.org, 198.51.100.0/24]
      allowAddresses: [10.0.0.0/8]
      feeds:
        - name: csv
          kind: list
          url: https://feeds.example/list.csv
          list: {content: targets, subdomains: true, column: 2, separator: semicolon, header: true}
          every: 15m
          within: 30s
          confidence: 75
          expires: 48h
          maxEntries: 200000
          ca: ca.pem
          credentials: {header: Auth-Key, file: token}
        - {name: agents, kind: list, file: agents.txt, list: {content: agents}}
        - name: cti
          kind: taxii
          url: https://cti.example/taxii2/
          collection: Attackers
          credentials: {basic: token}
        - {name: bundle, kind: stix, url: "http://127.0.0.1:8080/b?x=y", credentials: {bearer: token}}
        - {name: misp, kind: misp, url: "https://[2001:db8::1]:8443/feed"}
    """

  private func file(
    _ text: String, admin: String = "127.0.0.1:15020", clients: String = "203.0.113.0/24"
  ) throws -> ConfigurationFile {
    try ConfigurationFile.parse(
      """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh:
        trustDomain: shop.demo
        services: [{principal: "spiffe://shop.demo/ns/shop/sa/users", names: [users.shop.example]}]
      listen:
        proxies: {address: 127.0.0.1:15010, insecure: true}
        admin: \(admin)
        socket: s
      history: h.db
      policies: p
      limits: {protectedClients: [\(clients)]}

      """ + text, file: folder.path + "/f.yaml")
  }

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try file(text)
      return []
    } catch let error as Diagnostics {
      return error.all.map(\.message)
    } catch {
      return ["\(error)"]
    }
  }

  private func feed(_ fields: String) -> [String] {
    mistakes("threats: {feeds: [{name: a, \(fields)}]}")
  }

  @Test("what is printed as in force reads back as the same")
  func roundTrip() throws {
    for text in ["", Self.least, Self.most] {
      let configuration = try file(text).configuration
      let again = try Configuration.parse(configuration.effectiveText, file: "/elsewhere/x.yaml")
      #expect(again == configuration)
    }
  }

  @Test("every key is read, and what is left out has its default")
  func keys() throws {
    #expect(try file("").configuration.threats == nil)
    let least = try #require(try file(Self.least).configuration.threats)
    #expect(least.folder == folder.path + "/h.db.feeds" && least.allowed.isEmpty)
    let own = try #require(least.feeds.first)
    #expect(own.place == .file(folder.path + "/own.txt"))
    #expect(own.format == .list(ListFormat(content: .targets(subdomains: false))))
    #expect(own.terms.confidence == 50 && own.terms.lifetimeSeconds == 7 * 86_400)
    #expect(own.terms.mostEntries == 100_000 && own.policy == FeedPolicy(periodSeconds: 3_600))
    let most = try #require(try file(Self.most).configuration.threats)
    #expect(most.folder == folder.path + "/feeds")
    #expect(most.allowed == [try #require(IPPrefix("10.0.0.0/8"))])
    let csv = most.feeds[0]
    #expect(csv.credentials == .header(name: "Auth-Key", file: folder.path + "/token"))
    #expect(csv.roots == folder.path + "/ca.pem" && csv.terms.confidence == 75)
    #expect(csv.policy == FeedPolicy(periodSeconds: 900, patienceSeconds: 30))
    #expect(
      csv.format
        == .list(
          ListFormat(
            content: .targets(subdomains: true),
            layout: .columns(.semicolon, value: 2, hasHeader: true))))
    #expect(most.feeds[2].format == .taxii(collection: "Attackers"))
    #expect(most.feeds.map(\.name) == ["csv", "agents", "cti", "bundle", "misp"])
  }

  @Test("the mesh's own names and protected clients can be cut by no feed")
  func exclusions() throws {
    let exclusions = try #require(try file(Self.most).configuration.threats).exclusions
    for text in ["users.shop.example", "shop.demo", "x.example.org", "203.0.113.7", "198.51.100.1"]
    {
      let value = try #require(Indicator.Value(target: text, subdomains: false))
      #expect(exclusions.exclusion(of: value) != nil, "\(text)")
    }
  }

  @Test("an end that a late fetch would bring is refused where it stands")
  func place() {
    do {
      _ = try file("threats:\n  feeds:\n    - {name: a, kind: stix, file: a, expires: 1h}\n")
      Issue.record("it was taken")
    } catch let error as Diagnostics {
      #expect(error.all.map { "\($0.line):\($0.column)" } == ["15:47"])
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("where Flyball and the proxies listen can be cut by no feed, and that others can is said")
  func ownAddresses() throws {
    let own = try file(Self.least, admin: "198.51.100.9:15020", clients: "")
    let exclusions = try #require(own.configuration.threats).exclusions
    let address = try #require(Indicator.Value(target: "198.51.100.9", subdomains: false))
    #expect(exclusions.exclusion(of: address) != nil)
    #expect(exclusions.ranges.count == 1, "what is reserved is left out")
    func doubts(_ threats: String) throws -> [String] {
      try file(threats, clients: "").checks(at: Timestamp(seconds: 1_800_000_000)).doubts
        .filter { $0.message.hasPrefix("threats.never") }.map { "\($0.line)" }
    }
    #expect(try doubts(Self.least) == ["14"])
    #expect(
      try doubts("threats: {never: [a.test], feeds: [{name: a, kind: stix, file: a}]}") == ["13"])
    #expect(try doubts(Self.most) == [])
    #expect(
      try doubts("threats: {feeds: [{name: a, kind: list, file: a, list: {content: agents}}]}")
        == [])
  }

  @Test("what cannot be meant is refused, in words that say what to do")
  func refused() {
    #expect(mistakes("threats: {feeds: []}") == ["threats.feeds must be 1 to 256"])
    #expect(feed("kind: list") == ["a feed needs either 'url' or 'file'"])
    #expect(
      feed("kind: list, url: \"ftp://x/\"")
        == ["'ftp://x/' is no http:// or https:// address without a user in it"])
    #expect(feed("kind: list, url: \"https://u:p@x.example/\"").count == 1)
    #expect(
      feed("kind: list, url: \"http://x.example/\", credentials: {bearer: token}")
        == ["credentials go over https only"])
    #expect(
      feed("kind: list, file: a, credentials: {bearer: token}")
        == ["credentials belongs to a url"])
    #expect(feed("kind: taxii, file: a, collection: c") == ["kind: taxii needs a url"])
    #expect(
      feed("kind: taxii, url: \"https://x.example/\"")
        == ["kind: taxii needs 'collection', by its id, alias or title"])
    #expect(feed("kind: stix, file: a, list: {column: 1}") == ["list belongs to kind: list"])
    #expect(
      feed("kind: list, file: a, list: {header: true}") == ["list.header needs list.column"])
    #expect(
      feed("kind: list, file: a, every: 5s")
        == ["every must be at least 60s: those who give feeds away ask for it"])
    #expect(
      feed("kind: list, file: a, expires: 5m")
        == [
          "expires (300s) must be at least twice every (3600s), or all entries end when one fetch"
            + " comes late: lengthen expires, or shorten every"
        ])
    #expect(feed("kind: list, file: a, every: 1h, expires: 119m").count == 1)
    #expect(feed("kind: list, file: a, every: 1h, expires: 2h") == [])
    #expect(feed("kind: list, file: a, every: 100h").count == 1, "the default is 168h")
    #expect(
      feed("kind: list, url: \"https://x.example/\", credentials: {bearer: token, basic: token}")
        == ["credentials are 'bearer', 'basic', or 'header' and 'file'"])
    #expect(
      mistakes(
        "threats: {feeds: [{name: a, kind: stix, file: a, maxEntries: 600000},"
          + " {name: a, kind: stix, file: a, maxEntries: 600000}]}")
        == [
          "threats.feeds: maxEntries of all feeds together is 1200000, and at most 1000000"
            + " indicators are held",
          "there already is a feed 'a'",
        ])
    #expect(
      mistakes("threats: {never: [\"a b\"], feeds: [{name: a, kind: stix, file: a}]}")
        == ["'a b' is no address, block or name"])
  }
}
