package import Signals

/// How a receiver is told.
package enum NoticeFormat: Sendable {
  /// Signed as Standard Webhooks says, by every key that is live.
  case standardWebhooks([WebhookKey])
  /// Alertmanager's API, version 2: `POST /api/v2/alerts`.
  case alertmanager
  /// An incoming webhook of Slack, Mattermost and others that take its `text`.
  case slack
  /// CloudEvents 1.0, structured; `source` is the URI of this controller.
  case cloudEvents(source: String)
}
