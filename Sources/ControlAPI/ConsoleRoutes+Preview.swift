internal import Access
internal import Console
internal import ControlViews
internal import FeedbackLoop
internal import HTTPTypes
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel

/// An order is a question first: a page that shows what it would do, with the form that gives it.
extension ConsoleRoutes {
  func preview(_ request: Request, _ context: OperatorContext) async throws -> Response {
    let query: ListQuery
    do {
      query = try Self.query(request, ControlDesk.orderNames)
    } catch {
      return try await answer(request, context) { _ in throw error }
    }
    let form = PreviewPage.Form { query[$0] }
    // Nothing was asked yet where no measure is named.
    guard query["action"] != nil else {
      return try await answer(request, context) {
        Screen.preview(PreviewPage(form: form, preview: nil), $0.visit)
      }
    }
    do {
      let page = try await page(try OrderBody(query), form, context.operator)
      return try await answer(request, context) { Screen.preview(page, $0.visit) }
    } catch let problem as Problem {
      return try await answer(
        request, context, notice: .refused(problem.detail), .init(code: problem.status)
      ) { Screen.preview(PreviewPage(form: form, preview: nil), $0.visit) }
    }
  }

  /// The order itself; what is wrong with it is said where it was asked.
  func order(_ request: Request, _ context: OperatorContext) async throws -> Response {
    var request = request
    let fields = try await NetworkDoor.form(&request)
    let form = PreviewPage.Form { fields?[$0] }
    do {
      let body = try OrderBody(form, reason: fields?["reason"] ?? "")
      let wanted = try body.order()
      guard context.operator.may(.order, in: wanted.subject.principal.namespace) else {
        throw Problem.forbidden(.order, context.operator)
      }
      let started = try await desk.start(wanted, by: context.operator)
      let back = started.map { Link.action($0.description) } ?? .actions
      return Response(
        status: .seeOther,
        headers: [.location: "\(back.address)?done=\(Order.order.rawValue)"])
    } catch let problem as Problem {
      // What cannot even be asked is shown as it was typed.
      let page = try? await page(OrderBody(form, reason: ""), form, context.operator)
      return try await answer(
        request, context, notice: .refused(problem.detail), .init(code: problem.status)
      ) { Screen.preview(page ?? PreviewPage(form: form, preview: nil), $0.visit) }
    }
  }

  func export(_ request: Request, _ context: OperatorContext) async throws -> Response {
    do {
      return try await desk.export(
        try Self.query(request, ControlDesk.exportNames), context.operator)
    } catch let problem as Problem {
      return try await answer(request, context) { _ in throw problem }
    }
  }

  private func page(
    _ body: OrderBody, _ form: PreviewPage.Form, _ caller: Operator
  ) async throws -> PreviewPage {
    let view = try await desk.preview(body, caller)
    return PreviewPage(
      form: form,
      preview: .init(view: view, notAfter: Timestamp(rfc3339: view.notAfter) ?? desk.now()))
  }
}

extension PreviewPage.Form {
  fileprivate init(_ field: (String) -> String?) {
    self.init(
      subject: field("subject") ?? "", action: field("action") ?? "", rate: field("rate") ?? "",
      burst: field("burst") ?? "", cluster: field("cluster") ?? "",
      seconds: field("seconds") ?? "")
  }
}

extension OrderBody {
  /// A field that was left empty is none.
  fileprivate init(_ form: PreviewPage.Form, reason: String) throws(Problem) {
    self.init(
      subject: form.subject, action: form.action,
      seconds: try Self.number("seconds", form.seconds) ?? 0, reason: reason)
    rate = try Self.number("rate", form.rate)
    burst = try Self.number("burst", form.burst)
    cluster = form.cluster.isEmpty ? nil : form.cluster
  }
}
