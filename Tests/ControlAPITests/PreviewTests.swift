internal import Access
@testable internal import ControlAPI
internal import ControlViews
internal import CurlHTTP
internal import FeedbackLoop
internal import Foundation
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel
internal import Testing

/// An order is shown before it is given, and the history is taken along.
struct PreviewTests {
  private static let web = "spiffe://shop.demo/ns/shop/sa/web"

  private static func preview(
    _ served: ServedDesk, _ query: String
  ) async throws -> OrderPreview {
    try await served.decoded("/v1/preview?subject=\(web)&\(query)")
  }

  @Test("a preview shows exactly what the order then does, and does nothing itself")
  func asOrdered() async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      try await served.attach("cart")
      let shown = try await Self.preview(served, "action=throttle&rate=5&burst=9&seconds=600")
      #expect(shown.refused == nil)
      #expect(shown.scope.map(\.incapacity) == [nil, nil])
      #expect(shown.objects.first?.text.hasPrefix("throttle") == true)
      let none: ActionList = try await served.decoded("/v1/actions")
      let records: HistoryList = try await served.decoded("/v1/history")
      #expect(none.actions.isEmpty && records.records.isEmpty)
      let order = """
        {"subject":"\(Self.web)","action":"throttle","rate":5,"burst":9,"seconds":600,"reason":"r"}
        """
      #expect(try await served.post("/v1/actions", order).status == 200)
      try await served.wait("the action") {
        let list: ActionList = try await served.decoded("/v1/actions")
        return list.actions.first?.stage == shown.stage
          && list.actions.first?.proxies.map(\.proxy) == shown.scope.map(\.proxy)
      }
      let again = try await Self.preview(served, "action=throttle&rate=5&seconds=600")
      #expect(again.refused?.contains("is open against it already") == true)
    }
  }

  @Test("what would be refused is told with the reason that the order is refused with")
  func refused() async throws {
    try await ServedDesk.with { served in
      let unknown = try await Self.preview(served, "action=quarantine&seconds=600")
      #expect(unknown.refused?.contains("no proxy of") == true)
      try await served.attach("web")
      let long = try await Self.preview(served, "action=quarantine&seconds=999999")
      #expect(long.refused?.contains("limits.maxTTL") == true)
      #expect(try await served.post("/v1/pause", headers: []).status == 200)
      let paused = try await Self.preview(served, "action=quarantine&seconds=600")
      let order = """
        {"subject":"\(Self.web)","action":"quarantine","seconds":600,"reason":"r"}
        """
      let answer = try await served.post("/v1/actions", order)
      let problem = try JSONDecoder().decode(Problem.self, from: Data(answer.body))
      #expect(answer.status == 409 && problem.detail == paused.refused)
      for query in [
        "action=throttle&seconds=600", "action=reroute&seconds=60", "action=x&seconds=60",
        "action=quarantine", "action=quarantine&seconds=0", "action=quarantine&seconds=x",
        "action=quarantine&seconds=60&reason=r", "action=throttle&rate=-1&seconds=60",
      ] {
        let response = try await served.get("/v1/preview?subject=\(Self.web)&\(query)")
        #expect(response.status == 400, "\(query)")
      }
    }
  }

  @Test("the console's order is the previewed one; what is refused is said where it was asked")
  func form() async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      let form = "application/x-www-form-urlencoded"
      let empty = try await served.get("/preview", as: .admin)
      #expect(empty.status == 200 && !empty.text.contains("id=\"decision\""))
      let path = "/preview?subject=\(Self.web)&action=quarantine&seconds=900&rate=&burst=&cluster="
      let page = try await served.get(path, as: .admin)
      #expect(page.status == 200 && page.text.contains("Yes, quarantine web"))
      let bad = try await served.get(path.replacing("=900", with: "=x"), as: .admin)
      #expect(bad.status == 400 && bad.text.contains("&#39;seconds&#39; is not understood"))
      let body = "subject=\(Self.web)&action=quarantine&seconds=900"
      let without = try await served.post("/actions", body + "&reason=", as: .admin, type: form)
      #expect(without.status == 400 && without.text.contains("a reason of 1 to"))
      // The form stays as it was filled in.
      #expect(without.text.contains("Yes, quarantine web"))
      let done = try await served.post("/actions", body + "&reason=key", as: .admin, type: form)
      #expect(done.status == 303)
      // It is there at once, though the history may not have it yet.
      let open = await served.loop.snapshot.openActions
      #expect(open.map(\.stage) == [.quarantine])
      let story = try await served.get("/actions/\(open.first?.id.description ?? "")", as: .viewer)
      #expect(story.status == 200)
      let twice = try await served.post("/actions", body + "&reason=key", as: .admin, type: form)
      #expect(twice.status == 409 && twice.text.contains("is open against it already"))
      #expect(try await served.get("/preview", as: .viewer).status == 403)
      #expect(
        try await served.post("/actions", body + "&reason=r", as: .viewer, type: form).status
          == 403)
    }
  }

  @Test("the export has every record once, oldest first, as far as the caller may see it")
  func export() async throws {
    var policy = ServedDesk.policy
    policy.mode = .observe
    try await ServedDesk.with(policy: policy) { served in
      for number in 0..<5 {
        let namespace = number.isMultiple(of: 2) ? "shop" : "bank"
        try await served.attach("w\(number)", in: namespace)
        try await served.detect("w\(number)", in: namespace, id: UInt64(number + 1))
      }
      try await served.wait("the records") {
        let list: HistoryList = try await served.decoded("/v1/history?event=refused")
        return list.records.count == 5
      }
      let list: HistoryList = try await served.decoded("/v1/history?limit=500")
      let all = try await served.get("/v1/export?format=jsonl").text.split(separator: "\n")
      let numbers = all.compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["seq"] as? Int64
      }
      #expect(numbers == list.records.map(\.record).reversed())
      let table = try await served.get("/export?format=csv&since=&until=", as: .shopViewer).text
        .split(separator: "\n")
      #expect(table.first == "seq,time,action,subject,event,detail,intent,body_sha256,leaf_sha256")
      #expect(table.count == 4 && table.dropFirst().allSatisfy { $0.contains("/ns/shop/") })
      let later = try await served.get("/v1/export?format=jsonl&since=2999-01-01T00:00:00Z")
      #expect(later.status == 200 && later.body.isEmpty)
      for query in ["", "?format=pdf", "?format=csv&since=x", "?format=csv&limit=1"] {
        #expect(try await served.get("/v1/export" + query).status == 400, "\(query)")
      }
      #expect(try await served.get("/export?format=", as: .viewer).text.contains("<!doctype html>"))
    }
  }

  @Test("two exports are made at once; whoever asks for a third is told to come again")
  func thirdExport() async throws {
    try await ServedDesk.with { served in
      let someone = Operator.onSocket(name: "someone", userID: 0)
      let query = try ListQuery("/v1/export?format=csv", names: ControlDesk.exportNames)
      // Made, and not yet taken by whoever asked for them.
      var begun = [
        try await served.desk.export(query, someone), try await served.desk.export(query, someone),
      ]
      for path in ["/v1/export?format=csv", "/v1/export?format=jsonl"] {
        let third = try await served.get(path)
        let problem = try JSONDecoder().decode(Problem.self, from: Data(third.body))
        #expect(third.status == 503 && problem.type == "urn:flyball:problem:unavailable")
        #expect(problem.detail == "2 exports are being made already")
      }
      #expect(
        try await served.get("/export?format=csv", as: .viewer).text.contains("2 exports are"))
      #expect(try await served.get("/v1/export?format=pdf").status == 400, "it takes no seat")
      begun.removeLast()
      // One that is answered frees its seat for the next.
      for _ in 0..<3 {
        try await served.wait("a free seat") {
          try await served.get("/v1/export?format=csv").status == 200
        }
      }
      #expect(begun.count == 1)
    }
  }
}
