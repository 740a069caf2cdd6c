/// Who a token speaks for: a person, by one of their devices.
public struct Speaker: Sendable, Hashable {
  /// The person's identifier.
  public var person: String
  /// The device's key.
  public var key: DeviceKey

  /// Takes both as they are.
  public init(person: String, key: DeviceKey) {
    self.person = person
    self.key = key
  }
}
