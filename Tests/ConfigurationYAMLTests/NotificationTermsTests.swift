internal import Access
internal import Foundation
internal import MeshModel
internal import Notifications
internal import Testing
internal import YAMLNodes

@testable internal import ConfigurationYAML

/// The key `notifications`, with the files it names beside it.
final class NotificationTermsTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["ca.pem", "token", "keys", "address"] {
      try "x".write(
        to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
  }

  deinit {
    // What stays behind is in the folder for what is temporary.
    try? FileManager.default.removeItem(at: folder)
  }

  private static let least = """
    notifications:
      receivers: [{name: chat, kind: slack, urlFile: address}]
    """

  private static let most = """
    notifications:
      instance: prod-1
      address: https://flyball.example
      receivers:
        - name: alerts
          kind: alertmanager
          url: http://[2001:db8::1]:9093/base
          events: [action.applied, action.released]
        - name: hook
          kind: standard-webhooks
          url: https://hooks.example/flyball
          keysFile: keys
          ca: ca.pem
          tokenFile: token
          minimumSeverity: high
        - name: chat
          kind: slack
          urlFile: address
          silencedBy: alerts
          title: "[{severity}] {title}"
          text: "{detail}\\n{link}"
        - name: events
          kind: cloud-events
          url: http://127.0.0.1:8080/in?key=a%2Fb
          tokenFile: token
    """

  private func file(_ text: String) throws -> ConfigurationFile {
    try ConfigurationFile.parse(
      """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh: {trustDomain: shop.demo}
      listen:
        proxies: {address: 127.0.0.1:15010, insecure: true}
        admin: 127.0.0.1:15020
        socket: s
      history: h.db
      policies: p

      """ + text, file: folder.path + "/f.yaml")
  }

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try file(text)
      return []
    } catch let error as Diagnostics {
      return error.all.map {
        $0.description.replacingOccurrences(of: folder.path + "/", with: "")
      }
    } catch {
      return ["\(error)"]
    }
  }

  private func receiver(_ fields: String) -> [String] {
    mistakes("notifications: {receivers: [{name: a, \(fields)}]}")
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
    #expect(try file("").configuration.notifications == nil)
    let least = try #require(try file(Self.least).configuration.notifications)
    #expect(least.instance == "shop.demo" && least.address == nil)
    let chat = try #require(least.receivers.first)
    #expect(chat.place == .file(folder.path + "/address") && chat.method == .slack)
    #expect(chat.kinds == NoticeReceiver.usualKinds && chat.minimumSeverity == nil)
    let most = try #require(try file(Self.most).configuration.notifications)
    #expect(most.instance == "prod-1")
    #expect(most.address?.description == "https://flyball.example")
    #expect(most.receivers.map(\.name) == ["alerts", "hook", "chat", "events"])
    #expect(most.receivers[0].kinds == [.actionApplied, .actionReleased])
    #expect(
      most.receivers[1].method == .standardWebhooks(keysFile: folder.path + "/keys"))
    #expect(most.receivers[1].roots == folder.path + "/ca.pem")
    #expect(most.receivers[1].tokenFile == folder.path + "/token")
    #expect(most.receivers[1].minimumSeverity == .high)
    #expect(most.receivers[2].silencedBy == "alerts")
    #expect(most.receivers[2].wording.text?.description == "{detail}\n{link}")
  }

  @Test(
    "a mistake is named with its place",
    arguments: [
      (
        "kind: slack", "10:29: a receiver needs 'url', or 'urlFile' where the address is the secret"
      ),
      (
        "kind: slack, url: 'https://a', urlFile: address",
        "10:29: a receiver needs 'url', or 'urlFile' where the address is the secret"
      ),
      (
        "kind: mail, url: 'https://a'",
        "10:45: kind must be one of alertmanager, standard-webhooks, slack, cloud-events"
      ),
      (
        "kind: slack, url: 'ftp://a'",
        "10:57: url must be an address such as https://hooks.example/flyball, without a user in it"
      ),
      (
        "kind: slack, url: 'http://a', tokenFile: token",
        "10:80: tokenFile: http://a is not https, so anybody could read the token"
      ),
      ("kind: standard-webhooks, url: 'https://a'", "10:29: standard-webhooks needs 'keysFile'"),
      (
        "kind: slack, url: 'https://a', keysFile: keys",
        "10:80: slack takes no 'keysFile'"
      ),
      (
        "kind: slack, url: 'https://a', title: '{who} did it'",
        "10:77: title: '{who}' is no part of a notice; parts are {title}, {detail}, {event},"
          + " {subject}, {policy}, {severity}, {matter}, {link}, {instance}"
      ),
      (
        "kind: slack, url: 'https://a', text: 'a } b'",
        "10:76: text: a '{' without its '}', or the other way round"
      ),
      ("kind: slack, url: 'https://a', events: []", "10:78: events must not be empty"),
      (
        "kind: slack, url: 'https://a', silencedBy: b",
        "10:82: silencedBy: 'b' is no receiver of kind alertmanager"
      ),
      (
        "kind: slack, url: 'https://a', silencedBy: a",
        "10:82: silencedBy: 'a' is no receiver of kind alertmanager"
      ),
      (
        "kind: alertmanager, url: 'https://a', silencedBy: a",
        "10:89: alertmanager takes no 'silencedBy': it holds its own silences"
      ),
    ])
  func mistake(fields: String, mistake: String) {
    let found = receiver(fields)
    #expect(found.first == "f.yaml:" + mistake, "\(found)")
  }

  @Test("names are plain and given once, and there are 1 to 16 receivers")
  func names() {
    let one = "{name: a, kind: slack, url: 'https://a'}"
    #expect(
      mistakes("notifications: {receivers: [\(one), \(one)]}").map {
        $0.split(separator: " ", maxSplits: 1)[1]
      }
        == ["there already is a receiver 'a'"])
    #expect(mistakes("notifications: {receivers: []}").count == 1)
    #expect(mistakes("notifications: {instance: 'a b', receivers: [\(one)]}").count == 1)
    #expect(
      mistakes("notifications: {address: 'http://flyball.example', receivers: [\(one)]}").count == 1
    )
    #expect(
      mistakes("notifications: {receivers: [\(one.replacing("name: a", with: "name: A B"))]}").count
        == 1)
  }
}
