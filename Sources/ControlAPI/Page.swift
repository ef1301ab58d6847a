internal import ControlViews

/// A part of a list that is made anew for each request; its cursor is a position.
struct Page<Item> {
  let items: ArraySlice<Item>
  let next: String?

  init(_ all: [Item], _ query: ListQuery) throws(Problem) {
    let first = min(try query.position(), all.count)
    let last = min(first + (try query.limit()), all.count)
    items = all[first..<last]
    next = last < all.count ? "\(last)" : nil
  }
}
