internal import ControlAPI
internal import Foundation

extension Guide {
  /// What one item of a list means, by the description of the interface; nil for what it lacks.
  init?(_ kind: GetCommand.Kind) {
    guard let document = SchemaDocument.built, let schema = document.schemas[kind.schema] else {
      return nil
    }
    self.init(
      name: kind.rawValue, meaning: schema.description ?? "",
      fields: document.fields(of: schema, below: "", depth: 0))
  }
}

extension GetCommand.Kind {
  /// The name of what one item is made after.
  fileprivate var schema: String {
    switch self {
    case .actions: "Action"
    case .alerts: "Alert"
    case .feeds: "Feed"
    case .incidents: "Incident"
    case .notices: "Receiver"
    case .nodes: "Node"
    case .policies: "Policy"
    case .rules: "Rule"
    case .scores: "Score"
    case .selfTest: "SelfTest"
    case .services: "Service"
    }
  }
}

/// As much of OpenAPI as the interface's description uses.
private struct SchemaDocument: Decodable {
  struct Components: Decodable {
    var schemas: [String: Schema]
  }

  struct Schema: Decodable {
    var type: String?
    var format: String?
    var description: String?
    var `enum`: [String]?
    var properties: [String: Schema]?
    var required: [String]?
    /// At most one.
    private var items: [Schema]
    var reference: String?

    private enum Key: String, CodingKey {
      case type, format, description, `enum`, properties, required, items
      case reference = "$ref"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      type = try values.decodeIfPresent(String.self, forKey: .type)
      format = try values.decodeIfPresent(String.self, forKey: .format)
      description = try values.decodeIfPresent(String.self, forKey: .description)
      `enum` = try values.decodeIfPresent([String].self, forKey: .enum)
      properties = try values.decodeIfPresent([String: Schema].self, forKey: .properties)
      required = try values.decodeIfPresent([String].self, forKey: .required)
      items = try values.decodeIfPresent(Schema.self, forKey: .items).map { [$0] } ?? []
      reference = try values.decodeIfPresent(String.self, forKey: .reference)
    }

    var item: Schema? { items.first }
  }

  var components: Components
  var schemas: [String: Schema] { components.schemas }

  /// Nil never: a test reads it.
  static var built: SchemaDocument? {
    try? JSONDecoder().decode(SchemaDocument.self, from: Data(OpenAPIDocument.bytes))
  }

  func fields(of schema: Schema, below path: String, depth: Int) -> [Guide.Field] {
    guard depth < Self.maximumDepth else { return [] }
    return (schema.properties ?? [:]).sorted { $0.key < $1.key }.flatMap { name, property in
      let own = path.isEmpty ? name : path + "." + name
      let followed = followed(property)
      let item = followed.item.map { self.followed($0) }
      let field = Guide.Field(
        path: own, value: words(followed, item: item),
        isRequired: schema.required?.contains(name) ?? false,
        meaning: property.description ?? followed.description ?? item?.description ?? "")
      return [field]
        + fields(of: item ?? followed, below: own + (item == nil ? "" : "[]"), depth: depth + 1)
    }
  }

  private func followed(_ schema: Schema) -> Schema {
    guard let reference = schema.reference, let name = reference.split(separator: "/").last else {
      return schema
    }
    return schemas[String(name)] ?? schema
  }

  private func words(_ schema: Schema, item: Schema?) -> String {
    if let item { return "list of " + words(item, item: nil) }
    if let choices = schema.enum { return "one of " + choices.joined(separator: ", ") }
    switch (schema.type, schema.format) {
    case ("string", "date-time"): return "instant in RFC 3339"
    case ("string", _): return "text"
    case ("integer", _): return "whole number"
    case ("boolean", _): return "true or false"
    case ("object", _): return "object"
    case (let type, _): return type ?? "anything"
    }
  }

  private static let maximumDepth = 6
}
