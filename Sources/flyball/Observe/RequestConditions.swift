internal import ArgumentParser
internal import MeshModel
internal import Replay

/// Which requests to show, as it is said on the command line.
struct RequestConditions: ParsableArguments {
  @Option(help: "Of this caller: its SPIFFE ID, the ID's last part, or a client's address.")
  var from: [String] = []
  @Option(help: "To this destination: its SPIFFE ID, the ID's last part, or a host outside.")
  var to: [String] = []
  @Option(help: "With this method.")
  var method: [String] = []
  @Option(help: "Answered with this status, such as 404, or 5xx for all of a hundred.")
  var status: [StatusRange] = []
  @Option(help: "Ended so: answered, connected, unreachable, denied, limited or rerouted.")
  var outcome: [RequestFilter.Ending] = []
  @Option(help: "For a path that begins so.")
  var path: String?
  @Option(help: "Stopped or sent elsewhere by this action.")
  var action: String?

  func validate() throws {
    if let action, ActionID(parsing: action) == nil {
      throw ValidationError("'\(action)' is no action's id.")
    }
  }

  var filter: RequestFilter {
    var filter = RequestFilter()
    filter.sources = Set(from)
    filter.destinations = Set(to)
    filter.methods = Set(method.map { $0.uppercased() })
    filter.statuses = status.map(\.range)
    filter.endings = Set(outcome)
    filter.pathPrefix = path ?? ""
    filter.action = action.flatMap { ActionID(parsing: $0) }
    return filter
  }
}

/// A status, or a hundred of them.
struct StatusRange: ExpressibleByArgument {
  let range: ClosedRange<UInt16>

  init?(argument: String) {
    if argument.lowercased().hasSuffix("xx"), argument.utf8.count == 3,
      let hundred = UInt16(argument.prefix(1)), (1...5).contains(hundred)
    {
      range = hundred * 100...hundred * 100 + 99
    } else if let status = UInt16(argument), (100...599).contains(status) {
      range = status...status
    } else {
      return nil
    }
  }
}

extension RequestFilter.Ending: ExpressibleByArgument {}
