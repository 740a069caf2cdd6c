/// How the seats of a room stand.
public enum RoomArrangement: String, Sendable, CaseIterable {
  /// Two who look at each other.
  case facing
  /// Eight around a table.
  case table
  /// One who faces eleven.
  case stage
  /// Four side by side.
  case sofa

  /// The order in which seats are taken: so that people sit opposite or beside each other, not apart.
  var order: [Int] {
    switch self {
    case .table: [0, 4, 2, 6, 1, 5, 3, 7]
    case .sofa: [1, 2, 0, 3]
    case .facing, .stage: Array(0..<seatCount)
    }
  }

  /// How many seats there are, numbered from 0.
  public var seatCount: Int {
    switch self {
    case .facing: 2
    case .table: 8
    case .stage: 12
    case .sofa: 4
    }
  }
}
