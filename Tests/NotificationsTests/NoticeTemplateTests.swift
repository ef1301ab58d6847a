internal import MeshModel
internal import Notifications
internal import Testing

struct NoticeTemplateTests {
  @Test("each name stands for its part of the notice, and other text for itself")
  func parts() throws {
    let all = NoticeTemplate.Field.allCases.map { "\($0.rawValue)={\($0.rawValue)}" }
      .joined(separator: "|")
    let wording = NoticeWording(text: try NoticeTemplate(parsing: all))
    #expect(
      wording.applied(to: NoticeSample.notice()).text == """
        title=Quarantine of web|detail=lateral movement, score 0.999|event=action.applied\
        |subject=spiffe://cluster.local/ns/shop/sa/web|policy=lateral-movement|severity=critical\
        |matter=fb-000000000001|link=https://flyball.example/actions/1|instance=prod
        """)
    #expect(wording.applied(to: NoticeSample.notice()).title == "Quarantine of web")
  }

  @Test("a name in a value is no name")
  func values() throws {
    let wording = NoticeWording(title: try NoticeTemplate(parsing: "{detail}!"))
    #expect(
      wording.applied(to: NoticeSample.notice(text: "{subject}{")).title == "{subject}{!")
  }

  @Test(
    "what is no part, and a brace alone, is a mistake",
    arguments: [
      ("{nobody}", NoticeTemplate.Mistake.unknown("nobody")), ("{}", .unknown("")),
      ("{ subject}", .unknown(" subject")), ("{{subject}}", .brace), ("a } b", .brace),
      ("{subject", .brace), (String(repeating: "x", count: 2_049), .tooLong(bytes: 2_048)),
    ])
  func mistakes(text: String, mistake: NoticeTemplate.Mistake) {
    #expect(throws: mistake) { try NoticeTemplate(parsing: text) }
  }
}
