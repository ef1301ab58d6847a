internal import ControlViews
internal import MeshModel
internal import Notifications

extension NoticeList.Receiver {
  init(_ receiver: NoticeStanding.Receiver) {
    self.init(
      name: receiver.name, waiting: receiver.waiting, told: receiver.tally.told,
      failed: receiver.tally.failed, silenced: receiver.tally.silenced, dead: receiver.tally.dead)
  }
}

extension NoticeList.DeadLetter {
  init(_ letter: Notifications.DeadLetter) {
    let notice = letter.notice
    self.init(
      receiver: letter.receiver, notice: notice.id, event: notice.kind.rawValue,
      matter: notice.matter.id, subject: notice.subject, title: notice.title,
      happened: notice.at.rfc3339, attempts: letter.attempts, reason: letter.reason.text,
      at: letter.at.rfc3339)
  }
}
