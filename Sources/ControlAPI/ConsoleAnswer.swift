internal import Console
internal import ControlViews
internal import HTTPTypes
internal import Hummingbird
internal import MeshModel

/// A page as the answer to a request.
struct ConsoleAnswer {
  let response: Response

  /// What went wrong, to whoever could not be shown a page of their own.
  init(_ problem: Problem, to request: Request) {
    let visit = Visit(
      at: Timestamp(microseconds: 0), user: nil, theme: ConsoleRoutes.theme(of: request))
    self.init(Screen.problem(problem, visit), .init(code: problem.status))
  }

  init(_ page: HTML, _ status: HTTPResponse.Status = .ok) {
    response = Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: page.markup)))
  }
}
