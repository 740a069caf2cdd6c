/// The members of a message, taken out one by one as what they must be.
struct MessageFields: Sendable {
  private let members: [String: JSONValue]

  init(_ members: [String: JSONValue]) { self.members = members }

  /// Whether a member is missing or null.
  func isNull(_ name: String) -> Bool { members[name] == nil || members[name] == .null }

  func text(
    _ name: String, most: Int = ClientMessage.mostTextBytes
  ) throws(RoomRefusal) -> String {
    guard case .string(let text)? = members[name], text.utf8.count <= most else {
      throw .invalidMessage(field: name)
    }
    return text
  }

  func optionalText(_ name: String) throws(RoomRefusal) -> String? {
    isNull(name) ? nil : try text(name)
  }

  func bool(_ name: String) throws(RoomRefusal) -> Bool {
    guard case .bool(let value)? = members[name] else { throw .invalidMessage(field: name) }
    return value
  }

  func whole(_ name: String) throws(RoomRefusal) -> Int64 {
    guard case .whole(let value)? = members[name] else { throw .invalidMessage(field: name) }
    return value
  }

  /// A seat's number; whether there is such a seat, the room says.
  func seat(_ name: String) throws(RoomRefusal) -> Int {
    let value = try whole(name)
    guard (0...255).contains(value) else { throw .unknownSeat }
    return Int(value)
  }

  func participant(_ name: String) throws(RoomRefusal) -> UInt16 {
    guard let number = UInt16(exactly: try whole(name)), number >= 1, number < 65_535 else {
      throw .invalidMessage(field: name)
    }
    return number
  }

  func participants(_ name: String, most: Int) throws(RoomRefusal) -> [UInt16] {
    guard case .array(let values)? = members[name], values.count <= most else {
      throw .invalidMessage(field: name)
    }
    var numbers: [UInt16] = []
    for value in values {
      guard case .whole(let number) = value, let number = UInt16(exactly: number), number >= 1,
        number < 65_535
      else { throw .invalidMessage(field: name) }
      numbers.append(number)
    }
    return numbers
  }

  func numbers(_ name: String, count: Int) throws(RoomRefusal) -> [Float] {
    guard case .array(let values)? = members[name], values.count == count else {
      throw .invalidMessage(field: name)
    }
    var numbers: [Float] = []
    for value in values {
      switch value {
      case .whole(let number): numbers.append(Float(number))
      case .number(let number): numbers.append(Float(number))
      default: throw .invalidMessage(field: name)
      }
    }
    return numbers
  }

  /// Any value, as JSON text.
  func json(
    _ name: String, most: Int = ClientMessage.mostSignalBytes
  ) throws(RoomRefusal) -> String {
    guard let value = members[name] else { throw .invalidMessage(field: name) }
    let text = JSONWriter.write { value.write(to: &$0) }
    guard text.utf8.count <= most else { throw .invalidMessage(field: name) }
    return text
  }

  /// The members of a member; nil where it is missing.
  func object(_ name: String) throws(RoomRefusal) -> MessageFields? {
    if isNull(name) { return nil }
    guard case .object(let members)? = members[name] else { throw .invalidMessage(field: name) }
    return MessageFields(members)
  }
}
