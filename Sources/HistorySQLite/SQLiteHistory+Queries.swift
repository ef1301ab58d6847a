package import FeedbackLoop
internal import Foundation
internal import GRDB
package import MeshModel

/// What operators look for. Every value they give is an argument of a statement, never part of one.
extension SQLiteHistory {
  package func actions(_ filter: ActionFilter, limit: Int) async throws -> [ActionRecord] {
    var terms = ["policy <> ?"]
    var arguments: StatementArguments = [ResponsePolicy.selfTestName]
    let demand = { (term: String, values: [any DatabaseValueConvertible]) in
      terms.append(term)
      arguments += StatementArguments(values)
    }
    switch filter.state {
    case nil: break
    case "open": demand("is_open = 1", [])
    case "closed": demand("is_open = 0", [])
    case let name?: demand("state = ?", [name])
    }
    if let subject = filter.subject { demand("subject = ?", [subject]) }
    if let policy = filter.policy { demand("policy = ?", [policy]) }
    if let since = filter.since { demand("proposed_at >= ?", [since.microseconds]) }
    if let until = filter.until { demand("proposed_at < ?", [until.microseconds]) }
    if let place = filter.after {
      demand(
        "(proposed_at < ? OR (proposed_at = ? AND id > ?))",
        [place.proposedAt.microseconds, place.proposedAt.microseconds, place.id.description])
    }
    arguments += [limit]
    let sql =
      "SELECT body FROM action WHERE " + terms.joined(separator: " AND ")
      + " ORDER BY proposed_at DESC, id LIMIT ?"
    return try await database.read { [arguments] database in
      try Data.fetchAll(database, sql: sql, arguments: arguments)
        .map { try JSONDecoder().decode(ActionRecord.self, from: $0) }
    }
  }

  package func actions(_ ids: Set<ActionID>) async throws -> [ActionID: ActionRecord] {
    guard !ids.isEmpty else { return [:] }
    let names = ids.map(\.description).sorted()
    return try await database.read { database in
      let places = Array(repeating: "?", count: names.count).joined(separator: ",")
      let bodies = try Data.fetchAll(
        database, sql: "SELECT body FROM action WHERE id IN (\(places))",
        arguments: StatementArguments(names))
      let actions = try bodies.map { try JSONDecoder().decode(ActionRecord.self, from: $0) }
      return Dictionary(uniqueKeysWithValues: actions.map { ($0.id, $0) })
    }
  }

  /// Without those whose text is gone.
  package func records(_ filter: RecordFilter, limit: Int) async throws -> [NumberedRecord] {
    let (terms, arguments) = Self.terms(of: filter, limit: limit)
    let sql = """
      SELECT event.seq, event.at, event.action_id, action.subject, event.event, event.detail,
        event.is_intent,
        event.seq = (SELECT min(seq) FROM event AS first WHERE first.action_id = event.action_id)
          AS is_first
      FROM event LEFT JOIN action ON action.id = event.action_id
      """
    return try await database.read { database in
      try Row.fetchAll(database, sql: sql + terms, arguments: arguments)
        .map { NumberedRecord($0) }
    }
  }

  /// The same ones.
  package func exported(
    _ filter: RecordFilter, as format: ExportFormat, limit: Int
  ) async throws -> [ExportedRecord] {
    let (terms, arguments) = Self.terms(of: filter, limit: limit)
    return try await database.read { database in
      let rows = try Row.fetchAll(
        database, sql: StoredRecord.query + terms, arguments: arguments)
      var actions: [String: ActionRecord] = [:]
      return try rows.map { row in
        let stored = StoredRecord(row)
        if let id = stored.actionText, actions[id] == nil {
          actions[id] = try HistoryFile.action(id, database)
        }
        let action = stored.actionText.flatMap { actions[$0] }
        return ExportedRecord(
          number: stored.seq, subject: action?.subject,
          line: ShownRecord(stored, action).flatMap { format.line($0) })
      }
    }
  }

  /// What follows the tables in a statement, and its arguments.
  private static func terms(
    of filter: RecordFilter, limit: Int
  ) -> (String, StatementArguments) {
    var terms = ["event.pruned = 0"]
    var arguments: StatementArguments = []
    let demand = { (term: String, value: any DatabaseValueConvertible) in
      terms.append(term)
      arguments += [value]
    }
    let order: String
    switch filter.order {
    case .before(let number):
      order = "DESC"
      if let number { demand("event.seq < ?", number) }
    case .after(let number):
      order = "ASC"
      demand("event.seq > ?", number)
    }
    if let action = filter.action { demand("event.action_id = ?", action.description) }
    if let event = filter.event { demand("event.event = ?", event) }
    if let since = filter.since { demand("event.at >= ?", since.microseconds) }
    if let until = filter.until { demand("event.at < ?", until.microseconds) }
    arguments += [limit]
    return (
      " WHERE \(terms.joined(separator: " AND ")) ORDER BY event.seq \(order) LIMIT ?", arguments
    )
  }
}

extension NumberedRecord {
  fileprivate init(_ row: Row) {
    let action = (row["action_id"] as String?).flatMap { ActionID(parsing: $0) }
    // Ours always is one.
    let subject = (row["subject"] as String?).flatMap { try? Subject(parsing: $0) }
    self.init(
      number: row["seq"] ?? 0, at: Timestamp(microseconds: row["at"] ?? 0), action: action,
      subject: subject, event: row["event"] ?? "", detail: row["detail"] ?? "",
      isIntent: row["is_intent"] ?? false, isFirst: row["is_first"] ?? false)
  }
}
