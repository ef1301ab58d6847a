internal import MeshModel

extension ActionRecord {
  /// What it does, in a word or two.
  package var measure: String { isShadow ? "shadow \(stage.name)" : stage.name }

  /// What proves its effect, after the name of the proxy.
  var deed: String {
    switch (stage, isShadow) {
    case (.throttle, false), (.quarantine, false): "stopped a request in its name"
    case (.throttle, true), (.quarantine, true): "would have stopped a request in its name"
    case (.reroute(let cluster), false): "sent a request to \(cluster) in its name"
    case (.reroute(let cluster), true): "would have sent a request to \(cluster) in its name"
    case (.tightenMTLS, false): "stopped a request without a certificate in its name"
    case (.tightenMTLS, true): "would have stopped a request without a certificate in its name"
    }
  }

  var lackOfDeed: String {
    switch (stage, isShadow) {
    case (.throttle, false), (.quarantine, false): "no request was seen stopped in its name"
    case (.throttle, true), (.quarantine, true): "no request was seen that it would have stopped"
    case (.reroute, false): "no request was seen sent elsewhere in its name"
    case (.reroute, true): "no request was seen that it would have sent elsewhere"
    case (.tightenMTLS, false): "no request without a certificate was seen stopped in its name"
    case (.tightenMTLS, true):
      "no request without a certificate was seen that it would have stopped"
    }
  }

  /// What contradicts the effect; nil where a request that passes does not.
  var leak: String? {
    guard !isShadow else { return nil }
    return switch stage {
    case .throttle: nil
    case .quarantine: "let a request of the subject through"
    case .reroute(let cluster):
      "let a request of the subject through: it may have no route to \(cluster)"
    case .tightenMTLS: "let a request without a certificate through"
    }
  }

  /// Why it is on its way down although its history does not say so.
  func unrecorded(_ descent: Descent) -> String? {
    course.withdrawnUnrecordedAt.map {
      (descent == .step ? "stepped down" : "withdrawn")
        + "\(course.revertedBy.map { " by \($0)" } ?? "") at \($0.rfc3339), while the history"
        + " could not be written"
    }
  }

  /// What contradicts the release.
  var remains: String {
    guard !isShadow else { return "still marks requests in its name" }
    return switch stage {
    case .reroute: "still sends requests elsewhere in its name"
    case .throttle, .quarantine, .tightenMTLS: "still denies requests in its name"
    }
  }
}
