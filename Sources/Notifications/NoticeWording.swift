/// How a receiver wants notices worded; what is nil stays as it is.
package struct NoticeWording: Hashable, Sendable {
  package var title: NoticeTemplate?
  package var text: NoticeTemplate?

  package init(title: NoticeTemplate? = nil, text: NoticeTemplate? = nil) {
    self.title = title
    self.text = text
  }

  package func applied(to notice: Notice) -> Notice {
    var worded = notice
    if let title { worded.title = title.text(of: notice) }
    if let text { worded.text = text.text(of: notice) }
    return worded
  }
}
