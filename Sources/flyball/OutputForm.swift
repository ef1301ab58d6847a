internal import ArgumentParser

/// For people, or for programs.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
}
