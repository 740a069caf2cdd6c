/// A tape archive (POSIX.1-2001, ustar and pax): what every system unpacks.
public enum TarArchive {
  /// The header of a file, 512 bytes or, where its name or size needs it, more.
  public static func header(name: String, size: Int, modified: Double) -> [UInt8] {
    var extra: [UInt8] = []
    if name.utf8.count > 100 || size >= 1 << 33 || !name.utf8.allSatisfy({ $0 < 128 }) {
      let records = record("path", name) + record("size", String(size))
      extra =
        block(name: "pax", size: records.utf8.count, modified: modified, kind: "x")
        + padded(Array(records.utf8))
    }
    let plain = String(decoding: name.utf8.map { $0 < 128 ? $0 : 95 }.suffix(100), as: UTF8.self)
    return extra + block(name: plain, size: size, modified: modified, kind: "0")
  }

  /// The zeros between a file of some size and the next header.
  public static func padding(after size: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (512 - size % 512) % 512)
  }

  /// What ends an archive.
  public static let end = [UInt8](repeating: 0, count: 1024)

  private static func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + padding(after: bytes.count) }

  /// "length key=value\n", the length counting itself.
  private static func record(_ key: String, _ value: String) -> String {
    let rest = " \(key)=\(value)\n"
    var length = rest.utf8.count + 1
    while String(length).utf8.count + rest.utf8.count != length { length += 1 }
    return "\(length)\(rest)"
  }

  private static func block(name: String, size: Int, modified: Double, kind: Character) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      for (k, byte) in text.utf8.enumerated() { block[offset + k] = byte }
    }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(max(0, value), radix: 8)
      return text.utf8.count > digits
        ? String(repeating: "7", count: digits)
        : String(repeating: "0", count: digits - text.utf8.count) + text
    }
    put(name, at: 0)
    put(octal(0o600, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(Int(modified), 11), at: 136)
    put("        ", at: 148)
    put(String(kind), at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    return block
  }
}
