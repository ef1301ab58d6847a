/// What a key may say of its values after its field's name.
package enum Modifier: String, Hashable, Sendable, CaseIterable {
  case all
  case neq

  case contains
  case startsWith = "startswith"
  case endsWith = "endswith"
  case cased
  case base64
  case base64offset
  case wide
  case utf16le
  case utf16be
  case utf16
  case windash

  case re
  case ignoreCase = "i"
  case multiline = "m"
  case dotAll = "s"

  case cidr
  case exists
  case fieldref
  case lt
  case lte
  case gt
  case gte

  /// Modifiers of the specification that have no meaning here, with the reason.
  package static let refused = [
    "expand": "its placeholders would have to be filled in: write the values into the rule",
    "minute": noDate,
    "hour": noDate,
    "day": noDate,
    "week": noDate,
    "month": noDate,
    "year": noDate,
  ]

  private static let noDate = "no field of a request holds a date"
}
