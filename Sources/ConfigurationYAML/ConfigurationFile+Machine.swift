internal import Foundation
package import MeshModel

extension ConfigurationFile {
  /// What `run` would stumble over on this machine at this moment, but for ports in use.
  package func checks(at now: Timestamp) -> [ConfigurationCheck] {
    [socketCheck, folderCheck("history folder", .history, configuration.history)]
      + listenerChecks(at: now) + webCertificateChecks(at: now) + tokenChecks(at: now)
      + senderChecks(at: now) + ownAddressCheck
  }

  private var socketCheck: ConfigurationCheck {
    let length = configuration.socket.utf8.count
    guard length <= Self.longestSocket else {
      return check(
        "listen.socket", .socket,
        wrong: "\(configuration.socket) is \(length) bytes long, and a socket's path at most"
          + " \(Self.longestSocket)",
        fix: "choose a shorter one, such as /run/flyball/flyball.sock")
    }
    return folderCheck("listen.socket", .socket, configuration.socket)
  }

  private func folderCheck(
    _ what: String, _ field: Field, _ path: String
  ) -> ConfigurationCheck {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      return check(
        what, field, wrong: "\(field.name): there is no folder \(folder)",
        fix: "make it, for the user that runs Flyball")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      return check(
        what, field, wrong: "\(field.name): this user cannot write in \(folder)",
        fix: "give it to the user that runs Flyball")
    }
    return ConfigurationCheck(what: what, outcome: .sound("\(folder) can be written"))
  }

  func check(
    _ what: String, _ field: Field, wrong message: String, fix: String
  ) -> ConfigurationCheck {
    ConfigurationCheck(what: what, outcome: .wrong(diagnostic(field, message), fix: fix))
  }

  func check(
    _ what: String, _ field: Field, doubtful message: String, fix: String
  ) -> ConfigurationCheck {
    ConfigurationCheck(what: what, outcome: .doubtful(diagnostic(field, message), fix: fix))
  }

  /// Bytes of `sun_path` on Linux, without the one that ends it.
  private static let longestSocket = 107
}
