internal import ConsoleAssets

extension Link {
  package static let home = Link([])
  package static let graph = Link(["graph"])
  package static let scores = Link(["scores"])
  package static let actions = Link(["actions"])
  package static let alerts = Link(["alerts"])
  package static let policies = Link(["policies"])
  package static let preview = Link(["preview"])
  package static let rules = Link(["rules"])
  package static let audit = Link(["audit"])
  package static let nodes = Link(["nodes"])
  package static let login = Link(["login"])
  static let export = Link(["export"])
  static let logout = Link(["logout"])
  static let theme = Link(["theme"])

  package static func action(_ id: String) -> Link { Link(["actions", id]) }
  package static func scores(of subject: String) -> Link {
    Link(["scores"], [("subject", subject)])
  }
  static func actions(by fields: [(String, String)]) -> Link { Link(["actions"], fields) }
  static func alerts(by fields: [(String, String)]) -> Link { Link(["alerts"], fields) }
  /// A place on the page of policies.
  static func policy(_ name: String) -> Link {
    Link(["policies"], fragment: Screen.policyID(name))
  }
  static func preview(of subject: String) -> Link {
    Link(["preview"], [("subject", subject)])
  }
  static func audit(by fields: [(String, String)]) -> Link { Link(["audit"], fields) }
  package static func asset(_ name: String) -> Link {
    Link(["assets", AssetFile.servedName(name)])
  }

  static func order(_ order: Order, _ action: String) -> Link {
    Link(["actions", action, order.rawValue])
  }
  static func order(_ order: Order) -> Link { Link([order.rawValue]) }
}
