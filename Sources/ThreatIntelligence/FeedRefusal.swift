package import MeshModel

/// Why a feed keeps what it held.
package enum FeedRefusal: Hashable, Sendable, CustomStringConvertible {
  case failed(FetchFailure)
  /// No answer within the time a fetch may take.
  case noAnswer
  /// The server says that nothing changed, and nothing is held.
  case nothingToKeep
  /// It was read before what is held.
  case older(Timestamp, held: Timestamp)
  /// More of its entries are as they were before than are newer; the first of those.
  case olderEntry(id: String, Timestamp, held: Timestamp)
  case shrunk(from: Int, to: Int)
  case grown(most: Int)
  /// More entries cannot be read than can: it is another format, or no feed at all.
  case mostlyUnreadable(unreadable: Int, readable: Int)
  /// Values, ids and links take more room than `maxEntries` gives.
  case tooMuchText(bytes: Int, most: Int)
  /// All its blocks together take in too many addresses.
  case tooWide(FeedWidth)

  package var description: String {
    switch self {
    case .failed(let failure): failure.description
    case .noAnswer: "no answer in time"
    case .nothingToKeep: "said to be unchanged, and nothing is held"
    case .older(let time, let held): "of \(time.rfc3339), older than \(held.rfc3339), which is held"
    case .olderEntry(let id, let time, let held):
      "its entry \(id) is of \(time.rfc3339), older than \(held.rfc3339), which is held"
    case .shrunk(let from, let to): "shrunk from \(from) to \(to) entries"
    case .grown(let most): "more than \(most) entries"
    case .mostlyUnreadable(let unreadable, let readable):
      "\(unreadable) entries cannot be read and \(readable) can"
    case .tooMuchText(let bytes, let most):
      "\(bytes) bytes of values, ids and links, more than the \(most) that its maxEntries gives it"
    case .tooWide(let width): width.description
    }
  }
}
