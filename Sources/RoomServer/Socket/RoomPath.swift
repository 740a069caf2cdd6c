/// The path of a room's socket.
enum RoomPath {
  /// The room of `/api/rooms/ID/socket`; nil for any other path.
  ///
  /// An identifier is 1 to 64 letters, digits, hyphens and underscores, as they are: nothing that a
  /// path could be made of, and nothing that would have to be decoded.
  static func room(of uri: String) -> String? {
    let path = uri.prefix { $0 != "?" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "api", parts[2] == "rooms",
      parts[4] == "socket", isRoom(parts[3])
    else { return nil }
    return String(parts[3])
  }

  /// Whether text may be a room's identifier.
  static func isRoom(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
