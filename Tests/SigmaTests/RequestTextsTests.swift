import MeshModel
import Sigma
import Testing

@Suite("Texts of a request")
struct RequestTextsTests {
  @Test("an extension is what follows the last dot of the last segment, without the query")
  func pathExtension() {
    #expect(Request(path: "/a.b/c.tar.gz?x=.exe").text(.pathExtension) == "gz")
    #expect(Request(path: "/a.b/c").text(.pathExtension) == "")
    #expect(Request(path: "/a.").text(.pathExtension) == "")
  }
}
