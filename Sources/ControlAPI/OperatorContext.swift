internal import Access
internal import Hummingbird
internal import NIOCore

/// A request to the operators' interface, and who sent it.
struct OperatorContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel
  /// Whom the door let in; until then nobody, who may do nothing.
  var `operator` = Operator.nobody
  /// What forms of the caller's session must bring along; empty where there is no session.
  var formToken = ""

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }
}
