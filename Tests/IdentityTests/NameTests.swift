import Foundation
import RoomServer
import Testing

@testable import Identity

struct NameTests {
  @Test(arguments: [
    ("Anna", "Anna"), ("  Anna \t  Blume  ", nil), ("  Anna   Blume  ", "Anna Blume"),
    ("Åsa", "Åsa"), ("A\u{30A}sa", "\u{C5}sa"), ("李小龍", "李小龍"), ("مريم", "مريم"),
    ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"), ("می‌خواهم", "می‌خواهم"), ("🏳️‍🌈", "🏳️‍🌈"),
    ("'; DROP TABLE person; --", "'; DROP TABLE person; --"), ("%s %n \\ \" `", "%s %n \\ \" `"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"), ("null", "null"),
    ("", nil), ("   ", nil), ("\u{200D}", nil), ("\u{2800}", nil), ("\u{3164}", nil),
    ("a\u{0}b", nil), ("a\nb", nil), ("a\u{7F}", nil), ("a\u{85}b", nil), ("a\u{2028}b", nil),
    ("a\u{202E}b", nil), ("a\u{2066}b", nil), ("a\u{200B}b", nil), ("a\u{FEFF}b", nil),
    ("a\u{AD}b", nil), ("a\u{E000}b", nil), ("a\u{E0041}b", nil), ("a\u{FFFF}b", nil),
    ("a\u{378}b", nil), ("\u{301}", nil), ("e\u{301}", "é"),
  ])
  func `Names are one visible line in one form`(text: String, name: String?) {
    let read = DisplayName.read(text)
    #expect(read.map { Array($0.unicodeScalars) } == name.map { Array($0.unicodeScalars) })
  }

  @Test func `A name is bounded in characters and in bytes`() {
    #expect(DisplayName.read(String(repeating: "ä", count: 64)) != nil)
    #expect(DisplayName.read(String(repeating: "ä", count: 65)) == nil)
    #expect(DisplayName.read("a" + String(repeating: "\u{301}\u{323}", count: 62)) != nil)
    #expect(DisplayName.read("a" + String(repeating: "\u{301}\u{323}", count: 64)) == nil)
    #expect(DisplayName.read(String(repeating: " ", count: 5000) + "a") == nil)
  }

  @Test func `Any text is a name or none, and a name is its own form`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        let value = UInt32.random(in: 0...0x10FFFF, using: &random)
        text.append(Unicode.Scalar(Bool.random() ? value : value & 0x3FF) ?? " ")
      }
      guard let name = DisplayName.read(String(text)) else { continue }
      #expect(DisplayName.read(name) == name)
    }
  }

  @Test func `Base64url has one text for any bytes`() {
    for count in 0..<70 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      let text = Base64URL.text(bytes)
      #expect(Base64URL.bytes(text) == bytes && Base64URL.bytes(text, count: count) == bytes)
      #expect(Base64URL.bytes(text, count: count + 1) == nil)
      #expect(Base64URL.bytes(text + "=") == nil && Base64URL.bytes(text + " ") == nil)
    }
    // Spare bits that are not zero.
    #expect(Base64URL.bytes("AA") == [0] && Base64URL.bytes("AB") == nil)
    #expect(Base64URL.bytes("A") == nil && Base64URL.bytes("A+/A") == nil)
    #expect(Base64URL.bytes("ＡＡ") == nil)
  }

  @Test func `Codes are read as people type them`() {
    for _ in 0..<100 {
      let code = PairingCode.new()
      #expect(PairingCode.read(code) == code)
      #expect(PairingCode.read(" \(code.lowercased().prefix(4))-\(code.suffix(4)) ") == code)
    }
    for none in ["", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG0", "ABCDEFGI", "ABCDEFGß", "🦊🦊"] {
      #expect(PairingCode.read(none) == nil)
    }
  }
}
