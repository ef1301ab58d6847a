internal import MeshModel

extension NeighbourHealth {
  /// Whether as many more of its calls fail as the loop takes for harm.
  var isWorse: Bool {
    since.total >= 20 && since.failedShare - before.failedShare >= 0.25
  }
}
