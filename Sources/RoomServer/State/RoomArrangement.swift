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
