internal import Access
internal import ControlViews

extension WhoamiView {
  init(_ caller: Operator) {
    self.init(
      name: caller.name, via: "\(caller.via)",
      grants: caller.grants.map { grant in
        let names: [String]? =
          switch grant.namespaces {
          case .all: nil
          case .named(let names): names.sorted()
          }
        return Grant(role: grant.role.rawValue, namespaces: names)
      },
      operations: Access.Operation.allCases.filter { caller.maySomewhere($0) }.map(\.id))
  }
}
