internal import ConfigurationYAML
internal import MatchingVectorscan
internal import RuleScoring
internal import Sigma
internal import YAMLNodes

extension LoadedRules {
  /// The rules of a folder, or of one file.
  init(folder: String) throws(Diagnostics) {
    self = try LoadedRules(
      try RuleFolder.load(folder), with: try VectorscanCompiler.make(for: folder))
  }
}

extension VectorscanCompiler {
  static func make(for path: String) throws(Diagnostics) -> VectorscanCompiler {
    do {
      return try VectorscanCompiler()
    } catch {
      throw Diagnostics([Diagnostic(file: path, line: 0, column: 0, message: error.message)])
    }
  }
}
