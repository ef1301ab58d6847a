internal import FeedbackLoop
internal import MeshModel

extension ShownRecord {
  /// A class of the schema with an activity of it.
  private struct Kind {
    var category: Int64
    var categoryName: String
    var number: Int64
    var name: String
    var activity: Int64
    var activityName: String
  }

  /// Operators' orders are API activity, detections are findings, what actions do is remediation, and the rest
  /// are base events.
  var ocsf: JSONValue {
    let kind = kind
    var members: [String: JSONValue?] = [
      "category_uid": .number(kind.category), "category_name": .text(kind.categoryName),
      "class_uid": .number(kind.number), "class_name": .text(kind.name),
      "activity_id": .number(kind.activity), "activity_name": .text(kind.activityName),
      "type_uid": .number(kind.number * 100 + kind.activity),
      "severity_id": .number(severity), "time": .number(at.microseconds / 1_000),
      "message": .text(detail), "status_id": .number(status),
      "metadata": [
        "version": "1.8.0", "uid": .text("\(seq)"),
        "product": ["name": "Flyball", "vendor_name": "Flyball"],
        "correlation_uid": action.map { .text($0) },
      ],
      "unmapped": [
        "event": .text(event), "leaf_sha256": .text(leafHash),
        "body_sha256": bodyHash.map { .text($0) }, "subject": subject.map { .text($0) },
      ],
    ]
    switch kind.number {
    case 2_004:
      members["finding_info"] = [
        "uid": .text(action ?? "\(seq)"),
        "title": .text(current?.detection.detector.rawValue ?? event), "desc": .text(detail),
      ]
    case 6_003:
      members["api"] = ["operation": .text(event)]
      members["actor"] = ["app_name": "flyball"]
      members["src_endpoint"] = ["name": "operators' socket"]
    case 7_004:
      members["command_uid"] = .text(action ?? "\(seq)")
    default: break
    }
    return .object(members)
  }

  private var kind: Kind {
    switch event {
    case "approved", "reverted", "paused", "resumed", "deploy":
      operators
    case "intent" where isOrdered: operators
    case "intent", "proposed":
      Kind(
        category: 2, categoryName: "Findings", number: 2_004, name: "Detection Finding",
        activity: 1, activityName: "Create")
    case "released", "stepped-down", "releasing", "verifying-release", "expired":
      remediation(3, "Restore")
    case _ where action != nil: remediation(1, "Isolate")
    default:
      Kind(
        category: 0, categoryName: "Uncategorized", number: 0, name: "Base Event", activity: 99,
        activityName: "Other")
    }
  }

  private var operators: Kind {
    Kind(
      category: 6, categoryName: "Application Activity", number: 6_003, name: "API Activity",
      activity: 3, activityName: "Update")
  }

  private func remediation(_ activity: Int64, _ name: String) -> Kind {
    Kind(
      category: 7, categoryName: "Remediation", number: 7_004,
      name: "Network Remediation Activity", activity: activity, activityName: name)
  }

  /// Informational, medium for what was found or done, high for what failed.
  private var severity: Int64 {
    switch event {
    case "failed", "unverified", "escalated", "harm": 4
    case "intent", "proposed", "effective": 3
    default: 1
    }
  }

  /// Unknown until it is known.
  private var status: Int64 {
    switch event {
    case "effective", "released", "stepped-down", "approved", "reverted", "paused", "resumed",
      "deploy":
      1
    case "failed", "refused", "unverified": 2
    default: 0
    }
  }
}
