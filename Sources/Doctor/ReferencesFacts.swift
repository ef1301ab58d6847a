/// The file of what was learned.
package enum ReferencesFacts: Hashable, Sendable {
  case absent(path: String)
  case sound(bytes: Int, ageSeconds: Int64)
  case unusable(path: String, reason: String)

  package var finding: Finding {
    switch self {
    case .absent(let path):
      .ok("references", "\(path) is not there: learning starts anew")
    case .sound(let bytes, let age):
      .ok("references", "\(bytes) bytes, saved \(age) s ago")
    case .unusable(let path, let reason):
      .warn(
        "references", "\(path): \(reason); the next start sets it aside and learns anew",
        fix: "restore it from a copy while Flyball is stopped, or delete it")
    }
  }
}
