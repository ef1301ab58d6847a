/// What the measure of a window has to be: every test has to hold.
package struct CorrelationCondition: Hashable, Sendable {
  package struct Test: Hashable, Sendable {
    package var comparison: Comparison
    package var number: Double

    package init(_ comparison: Comparison, _ number: Double) {
      self.comparison = comparison
      self.number = number
    }
  }

  package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case greater = "gt"
    case greaterOrEqual = "gte"
    case less = "lt"
    case lessOrEqual = "lte"
    case equal = "eq"
    case notEqual = "neq"
  }

  package var tests: [Test]

  package init(_ tests: [Test]) {
    self.tests = tests
  }

  package func isMet(by measure: Double) -> Bool {
    tests.allSatisfy { test in
      switch test.comparison {
      case .greater: measure > test.number
      case .greaterOrEqual: measure >= test.number
      case .less: measure < test.number
      case .lessOrEqual: measure <= test.number
      case .equal: measure == test.number
      case .notEqual: measure != test.number
      }
    }
  }

  /// Whether a greater measure can never make it false.
  package var isLowerBound: Bool {
    tests.allSatisfy { $0.comparison == .greater || $0.comparison == .greaterOrEqual }
  }

  /// The smallest count from 1 to `greatest` that meets it, nil when none does.
  ///
  /// Between the numbers of its tests nothing changes, so their neighbours stand for all.
  package func smallestCount(upTo greatest: Int) -> Int? {
    let nearby = tests.flatMap { test in
      let whole = Int(max(0, min(Double(greatest), test.number)))
      return [whole - 1, whole, whole + 1]
    }
    return ([1, greatest] + nearby).filter { (1...greatest).contains($0) && isMet(by: Double($0)) }
      .min()
  }

  package var greatestNumber: Double { tests.map(\.number).max() ?? 0 }

  /// For example `gt 100, lte 200`.
  package var text: String {
    tests.map { "\($0.comparison.rawValue) \($0.number.shortText)" }.joined(separator: ", ")
  }
}

extension Double {
  /// Without a fraction where there is none.
  var shortText: String { Int64(exactly: self).map(String.init) ?? "\(self)" }
}
