/// Why a STIX indicator, or a part of it, is not taken.
enum STIXProblem: Error, Hashable {
  case unreadable(String)
  case unsupported(String)
  case tooLong(String)

  var reason: Rejection.Reason {
    switch self {
    case .unreadable(let what): .unreadable(what)
    case .unsupported(let what): .unsupported(what)
    case .tooLong(let bound): .tooLong(bound)
    }
  }
}
