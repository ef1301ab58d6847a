/// Why a plan is not carried out. Each is a fault of the decision core, not of the world.
package enum Objection: Hashable, Sendable, CustomStringConvertible {
  case noStoredIntent
  case otherSubject
  case otherStage
  case otherForce
  case extended
  case tooLong
  case protected(String)
  case noCause
  case tooMany(Int)

  package var description: String {
    switch self {
    case .noStoredIntent: "no durable intent is known for it"
    case .otherSubject: "its intent names another subject"
    case .otherStage: "its intent is for a lesser or another stage"
    case .otherForce: "its intent is to shadow what is to be enforced, or the other way round"
    case .extended: "its deadline is later than the one intended"
    case .tooLong: "its deadline is later than the configuration allows"
    case .protected(let reason): "its subject must not be touched: \(reason)"
    case .noCause: "nothing was heard against its subject"
    case .tooMany(let count): "\(count) others are in force already"
    }
  }
}
