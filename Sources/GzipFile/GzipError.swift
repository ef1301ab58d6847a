internal import Foundation

/// A file that could not be read or written, with what to name to the user.
package struct GzipError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  /// With the reason that the system gave.
  init(_ verb: String, _ path: String, _ code: Int32) {
    description = "cannot \(verb) '\(path)': \(String(cString: strerror(code)))"
  }
}
