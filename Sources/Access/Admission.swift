/// A caller that is let in.
package struct Admission: Hashable, Sendable {
  package let `operator`: Operator
  /// What forms of this session must bring along; nil where no cookie brought the caller in.
  package let formToken: String?
}
