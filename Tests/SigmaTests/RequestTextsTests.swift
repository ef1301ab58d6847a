import MeshModel
import Sigma
import Testing

@Suite("Texts of a request")
struct RequestTextsTests {
  @Test("texts that are made of others are where those are, and share their bytes")
  func layout() {
    let request = Request(
      method: .post, status: 404, scheme: "https", authority: "h:8443",
      path: "/a%2fb/c.tar.gz?x=.exe",
      userAgent: "ua", referer: "r", clientAddress: "1.2.3.4", destinationAddress: "5.6.7.8",
      userName: "u", cookie: "c",
      contentType: "t", requestBytes: 10, responseBytes: 4_294_967_295)
    let expected: [RequestField: String] = [
      .method: "POST", .path: "/a%2fb/c.tar.gz?x=.exe", .pathOnly: "/a%2fb/c.tar.gz",
      .pathExtension: "gz", .uri: "https://h:8443/a%2fb/c.tar.gz?x=.exe", .authority: "h:8443",
      .host: "h", .userAgent: "ua", .referer: "r", .clientAddress: "1.2.3.4",
      .destinationAddress: "5.6.7.8", .userName: "u",
      .cookie: "c", .contentType: "t", .status: "404", .requestBytes: "10",
      .responseBytes: "4294967295",
      .keywords: "h:8443/a%2fb/c.tar.gz?x=.exe\n/a/b/c.tar.gz?x=.exe\nua\nr\nPOST",
    ]
    for field in RequestField.allCases { #expect(request.text(field) == expected[field]) }
  }

  @Test("one value serves request after request")
  func reuse() {
    var texts = RequestTexts()
    Request(path: "/%41?q", userAgent: "ua", cookie: "c").load(into: &texts)
    Request(status: 0, path: "/").load(into: &texts)
    #expect(texts.text(of: .keywords) == Array("/\n\n\n\nGET".utf8)[...])
    #expect(texts.text(of: .cookie).isEmpty)
    #expect(texts.number(of: .status) == nil)
    #expect(texts.number(of: .requestBytes) == 0)
    #expect(texts.number(of: .path) == nil)
  }

  @Test(
    "an extension is what follows the last dot of the last segment, without the query",
    arguments: [
      ("/a.b/c.tar.gz?x=.exe", "gz"), ("/a.b/c", ""), ("/a.", ""), ("", ""), ("?a.b", ""),
      ("a.b", "b"), ("/.git", "git"),
    ])
  func pathExtension(path: String, expected: String) {
    #expect(Request(path: path).text(.pathExtension) == expected)
  }

  @Test(
    "a host is the authority without its port and a dot at its end",
    arguments: [
      ("h", "h"), ("h:80", "h"), ("h:", "h"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"),
      ("", ""), (":80", ""), ("1.2.3.4", "1.2.3.4"), ("h:8x", "h:8x"), ("123", "123"),
      ("h.example.:80", "h.example"), ("h.example.", "h.example"), (".", ""), (".:80", ""),
    ])
  func host(authority: String, expected: String) {
    #expect(Request(authority: authority).text(.host) == expected)
  }

  @Test(
    "keywords see the path once percent-decoded, as far as it is encoded",
    arguments: [
      ("/a%20b", "/a b"), ("/%252e", "/%2e"), ("/a+b", ""), ("/%", ""), ("/%4", ""),
      ("/%zz%41", "/%zzA"),
      ("/%e9", "/\u{FFFD}"), ("/%", ""), ("/%0a", "/\n"), ("/%41%4", "/A%4"),
    ])
  func decoding(path: String, decoded: String) {
    #expect(Request(path: path).text(.keywords) == "\(path)\n\(decoded)\n\n\nGET")
  }

  @Test("without a scheme or an authority a URI is what is left of it")
  func partialURIs() {
    #expect(Request(scheme: "http", path: "/a").text(.uri) == "/a")
    #expect(Request(authority: "h", path: "/a").text(.uri) == "h/a")
  }
}
