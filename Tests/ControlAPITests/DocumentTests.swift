internal import Access
internal import Foundation
internal import Testing

/// docs/openapi.json says what there is: no more, no less.
struct DocumentTests {
  @Test(
    "the document has every operation of the table, with its name and its least role, and no other")
  func table() throws {
    let operations = try SchemaCheck().operations
    let table = Dictionary(
      uniqueKeysWithValues: Access.Operation.allCases.map {
        ("\($0.method.rawValue) \($0.path)", $0)
      })
    #expect(operations.keys.sorted() == table.keys.sorted())
    for (name, operation) in table {
      #expect(operations[name]?["operationId"] as? String == operation.id)
      #expect(operations[name]?["x-flyball-role"] as? String == operation.leastRole.rawValue)
    }
  }

  @Test("every answer may be refused for who asks, how often and how, and says so as a problem")
  func refusals() throws {
    let check = try SchemaCheck()
    for name in check.operations.keys.sorted() {
      for status in [400, 401, 403, 421, 429, 500] {
        #expect(
          check.answer(name, status)?.type == "application/problem+json", "\(name) \(status)")
      }
    }
  }

  @Test("every field of every schema is described, by itself or by what it refers to")
  func descriptions() throws {
    for (name, schema) in try SchemaCheck().schemas {
      #expect(schema["description"] is String, "\(name)")
      for (field, property) in schema["properties"] as? [String: [String: Any]] ?? [:] {
        let isDescribed = property["description"] is String || property["$ref"] is String
        #expect(isDescribed || field == "schemaVersion", "\(name).\(field)")
      }
    }
  }

  @Test("every view has the fields that the document has, each of its type")
  func views() throws {
    let check = try SchemaCheck()
    let views = SampleViews.all
    var seen: Set<String> = []
    for (name, view) in views {
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(view))
      let schema = try #require(check.schemas[name])
      #expect(check.findings(json, schema) == [], "\(name)")
      // All that is optional is set, so nothing of the document may be missing.
      #expect(check.missing(json, schema) == [], "\(name)")
      check.note(json, schema, &seen)
    }
    let all = Set(check.schemas.keys).subtracting(views.map(\.0))
    #expect(all.subtracting(seen) == [], "schemas that nothing shows")
  }
}

extension SchemaCheck {
  /// Properties of the document that a value does not have.
  fileprivate func missing(_ value: Any, _ schema: [String: Any], at place: String = "$")
    -> [String]
  {
    let schema = followed(schema)
    if let items = value as? [Any] {
      let item = schema["items"] as? [String: Any] ?? [:]
      return items.flatMap { missing($0, item, at: place + "[]") }
    }
    guard let fields = value as? [String: Any],
      let properties = schema["properties"] as? [String: [String: Any]]
    else { return [] }
    return properties.flatMap { name, property in
      fields[name].map { missing($0, property, at: "\(place).\(name)") }
        ?? ["\(place).\(name)"]
    }
  }

  /// Notes the names of the schemas that a value went through.
  fileprivate func note(_ value: Any, _ schema: [String: Any], _ seen: inout Set<String>) {
    if let reference = schema["$ref"] as? String {
      seen.insert(String(reference.split(separator: "/").last ?? ""))
    }
    let schema = followed(schema)
    if let items = value as? [Any] {
      for item in items { note(item, schema["items"] as? [String: Any] ?? [:], &seen) }
    }
    for (name, field) in value as? [String: Any] ?? [:] {
      if let property = (schema["properties"] as? [String: [String: Any]])?[name] {
        note(field, property, &seen)
      }
    }
  }

  private func followed(_ schema: [String: Any]) -> [String: Any] {
    guard let reference = schema["$ref"] as? String else { return schema }
    return schemas[String(reference.split(separator: "/").last ?? "")] ?? [:]
  }
}
