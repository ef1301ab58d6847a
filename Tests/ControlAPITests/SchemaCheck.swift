internal import Foundation

/// Holds JSON against a schema of the document, with what of JSON Schema the document uses; what it
/// does not know is a finding, too.
struct SchemaCheck {
  let document: [String: Any]

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/openapi.json").standardizedFileURL
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    document = object as? [String: Any] ?? [:]
  }

  var schemas: [String: [String: Any]] {
    let components = document["components"] as? [String: Any]
    return components?["schemas"] as? [String: [String: Any]] ?? [:]
  }

  /// `GET /v1/status` and so on, with what the document says of each.
  var operations: [String: [String: Any]] {
    var found: [String: [String: Any]] = [:]
    for (path, item) in document["paths"] as? [String: [String: Any]] ?? [:] {
      for (method, operation) in item {
        found["\(method.uppercased()) \(path)"] = operation as? [String: Any]
      }
    }
    return found
  }

  /// The operation of this id, as `operations` names it.
  func name(of id: String) -> String? {
    operations.first { $0.value["operationId"] as? String == id }?.key
  }

  /// The schema of an answer; nil where the document has no such answer.
  func answer(_ operation: String, _ status: Int) -> (type: String, schema: [String: Any])? {
    let responses = operations[operation]?["responses"] as? [String: [String: Any]]
    guard let found = responses?["\(status)"].map({ resolved($0) }),
      let content = (found["content"] as? [String: [String: Any]])?.first,
      let schema = content.value["schema"] as? [String: Any]
    else { return nil }
    return (content.key, schema)
  }

  func findings(_ value: Any, _ schema: [String: Any], at place: String = "$") -> [String] {
    let schema = resolved(schema)
    var found: [String] = []
    for key in schema.keys where !Self.known.contains(key) {
      found.append("\(place): the check does not know '\(key)'")
    }
    if let constant = schema["const"] as? NSNumber, value as? NSNumber != constant {
      found.append("\(place): is not \(constant)")
    }
    if let choices = schema["enum"] as? [String], !choices.contains(value as? String ?? "") {
      found.append("\(place): '\(value)' is none of \(choices)")
    }
    switch schema["type"] as? String {
    case "object": found += object(value, schema, at: place)
    case "array":
      guard let items = value as? [Any] else { return found + ["\(place): is no array"] }
      let item = schema["items"] as? [String: Any] ?? [:]
      for (number, one) in items.enumerated() {
        found += findings(one, item, at: "\(place)[\(number)]")
      }
    case "string":
      guard let text = value as? String else { return found + ["\(place): is no string"] }
      if let pattern = schema["pattern"] as? String,
        text.range(of: pattern, options: .regularExpression) == nil
      {
        found.append("\(place): '\(text)' does not fit \(pattern)")
      }
      if schema["format"] as? String == "date-time", !Self.isInstant(text) {
        found.append("\(place): '\(text)' is no instant")
      }
    case "integer", "number":
      guard let number = value as? NSNumber, !Self.isBoolean(number) else {
        return found + ["\(place): is no number"]
      }
      let value = number.doubleValue
      if schema["type"] as? String == "integer", value.rounded() != value {
        found.append("\(place): \(value) is no integer")
      }
      if let least = schema["minimum"] as? Double, value < least {
        found.append("\(place): \(value) is below \(least)")
      }
      if let most = schema["maximum"] as? Double, value > most {
        found.append("\(place): \(value) is above \(most)")
      }
    case "boolean":
      if (value as? NSNumber).map(Self.isBoolean) != true {
        found.append("\(place): is no boolean")
      }
    default: found.append("\(place): the schema has no type")
    }
    return found
  }

  private func object(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    guard let fields = value as? [String: Any] else { return ["\(place): is no object"] }
    var found: [String] = []
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    for name in schema["required"] as? [String] ?? [] where fields[name] == nil {
      found.append("\(place): lacks '\(name)'")
    }
    for (name, field) in fields {
      if let property = properties[name] {
        found += findings(field, property, at: "\(place).\(name)")
      } else if let others = schema["additionalProperties"] as? [String: Any] {
        found += findings(field, others, at: "\(place).\(name)")
      } else if schema["properties"] != nil {
        found.append("\(place): has '\(name)', which the document does not")
      }
    }
    return found
  }

  private func resolved(_ schema: [String: Any]) -> [String: Any] {
    guard let reference = schema["$ref"] as? String else { return schema }
    var place: Any? = document
    for part in reference.split(separator: "/").dropFirst() {
      place = (place as? [String: Any])?[String(part)]
    }
    return place as? [String: Any] ?? ["type": "a reference to nothing: \(reference)"]
  }

  private static func isBoolean(_ number: NSNumber) -> Bool {
    // The only two numbers that are encoded so.
    String(cString: number.objCType) == "c"
  }

  private static func isInstant(_ text: String) -> Bool {
    text.range(
      of: #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"#, options: .regularExpression) != nil
  }

  private static let known: Set<String> = [
    "type", "description", "properties", "required", "additionalProperties", "items", "enum",
    "const", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "default",
  ]
}
