/// What a key of a file means: the one table of all keys, for `flyball explain`, which a test holds
/// against what the readers take.
package struct FileField: Hashable, Sendable {
  /// From the top of its file, by dots; a list's items are `[]`, as in `spec.steps[].action`.
  package let path: String
  /// What may stand there, in words.
  package let value: String
  /// Whether what it is in cannot do without.
  package let isRequired: Bool
  /// What holds where it is left out, written as it would be; nil where nothing does.
  package let standard: String?
  /// Nil of what has keys of its own.
  package let example: String?
  package let meaning: String

  init(
    _ path: String, _ value: String, required: Bool = false, standard: String? = nil,
    example: String? = nil, _ meaning: String
  ) {
    self.path = path
    self.value = value
    isRequired = required
    self.standard = standard
    self.example = example
    self.meaning = meaning
  }
}

/// The files that operators write.
package enum FileKind: String, CaseIterable, Sendable {
  case policy
  case configuration

  package var meaning: String {
    switch self {
    case .policy:
      "A response policy: which detections it answers, with what, and how that ends. One file a"
        + " policy, in the folder that the configuration names."
    case .configuration:
      "The daemon's configuration. Relative paths are taken from the file's own folder."
    }
  }

  package var fields: [FileField] {
    let kind = self == .policy ? "ResponsePolicy" : "Configuration"
    return [
      FileField(
        "apiVersion", "flyball.dev/v1alpha1", required: true, example: "flyball.dev/v1alpha1",
        "The version of the file's format."),
      FileField("kind", kind, required: true, example: kind, "What the file is."),
    ] + (self == .policy ? FileField.ofPolicies : FileField.ofConfigurations)
  }
}
