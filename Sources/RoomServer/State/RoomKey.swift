/// What a room's state is made of; a key's value is replaced as a whole.
enum RoomKey: Hashable, Sendable, Comparable {
  case room
  case seat(Int)
  case person(UInt16)
  case knock(UInt16)

  /// As messages name it.
  var text: String {
    switch self {
    case .room: "room"
    case .seat(let number): "seat/\(number)"
    case .person(let number): "person/\(number)"
    case .knock(let number): "knock/\(number)"
    }
  }
}
