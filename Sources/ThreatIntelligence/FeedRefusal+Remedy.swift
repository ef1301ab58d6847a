extension FeedRefusal {
  /// What to do about it.
  package var remedy: String {
    switch self {
    case .failed(let failure): failure.remedy
    case .noAnswer: "raise its 'within', or look for what is slow on the way to it"
    case .nothingToKeep: "start Flyball again, so that all of it is asked for"
    case .older, .olderEntry:
      "ask who runs it why an old version is served; if it is the newest, remove its file from"
        + " threats.folder (history.db.feeds) and start Flyball again. What is held ends by itself"
    case .shrunk:
      "if it truly shrank, remove its file from threats.folder (history.db.feeds) and start Flyball"
        + " again; else ask who runs it. What is held ends by itself"
    case .grown: "raise its maxEntries, or take a part of it"
    case .mostlyUnreadable: "look whether its kind and its list.column and list.content fit it"
    case .tooMuchText: "raise its maxEntries, which gives it room in proportion"
    case .tooWide: "ask who runs it; list what you want of it in a file of your own"
    }
  }
}

extension FetchFailure {
  fileprivate var remedy: String {
    switch self {
    case .unreachable:
      "look whether its place can be reached from here, and at its url, file and ca"
    case .forbidden: "add its block to threats.allowAddresses, if it is meant to be within"
    case .status(401), .status(403): "look at its credentials"
    case .status: "look at its url, or ask who runs it"
    case .tooLarge: "take a part of it"
    case .unreadable: "look at its kind, collection and credentials, and at what its place answers"
    }
  }
}
