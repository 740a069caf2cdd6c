/// The digests of the last states.
struct StateDigests: Sendable {
  private static var slots: UInt32 { 1024 }
  private var digests = [[UInt8]](repeating: [], count: Int(slots))
  private var numbers = [UInt32](repeating: 0, count: Int(slots))
  /// The newest number; nil before any.
  private(set) var newest: UInt32?

  /// What was shown first counts: a state that comes again changes nothing.
  mutating func add(_ digest: [UInt8], number: UInt32) {
    if self.digest(number) != nil { return }
    if let newest, Int64(newest) - Int64(number) >= Int64(Self.slots) { return }
    digests[Int(number % Self.slots)] = digest
    numbers[Int(number % Self.slots)] = number
    newest = max(newest ?? number, number)
  }

  /// The digest of a state; nil where it is not known.
  func digest(_ number: UInt32) -> [UInt8]? {
    let k = Int(number % Self.slots)
    return numbers[k] == number && !digests[k].isEmpty ? digests[k] : nil
  }
}
