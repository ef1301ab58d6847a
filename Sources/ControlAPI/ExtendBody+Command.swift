internal import ControlViews
internal import FeedbackLoop
internal import MeshModel

extension ExtendBody {
  /// The command about this action, or what is wrong with it.
  func command(_ id: ActionID) throws(Problem) -> OperatorCommand {
    guard OrderBody.isReason(reason) else { throw .invalid(OrderBody.reasonText) }
    let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    guard !overflow else { throw .invalid("the time is too long") }
    return .extend(id, milliseconds: milliseconds, reason: reason)
  }
}
