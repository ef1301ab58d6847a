internal import Access
internal import Foundation
internal import Synchronization

/// Names of users, each looked up once: a name that cannot be found for a moment makes no second
/// person of one.
final class UserNames: Sendable {
  private let known = Mutex<[uid_t: String]>([:])

  /// `alice`, or `uid-1000` for a user without a name, or with one that no operator can have.
  func name(of user: uid_t) -> String {
    known.withLock { known in
      if let name = known[user] { return name }
      let found = Self.lookUp(user).flatMap { Operator.isName($0) ? $0 : nil }
      let name = found ?? "uid-\(user)"
      known[user] = name
      return name
    }
  }

  private static func lookUp(_ user: uid_t) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var text = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(user, &entry, &text, text.count, &found) == 0, found != nil else {
      return nil
    }
    return String(cString: entry.pw_name)
  }
}
