import Testing

@testable import PlainJSON

struct JSONTests {
  private func read(_ text: String) throws -> JSONNode { try JSONReader.read(Array(text.utf8)) }

  private func error(_ text: String) -> JSONError? {
    do throws(JSONError) {
      _ = try JSONReader.read(Array(text.utf8))
      return nil
    } catch { return error }
  }

  @Test func `values are read with their places`() throws {
    let root = try read(#" {"a": [1, -2.5e1, true, null], "b": {"c": "x\n\u00e9\ud83d\ude00"}}"#)
    #expect(root.offset == 1)
    let list = try #require(root["a"]?.list)
    #expect(list[0].int == 1 && list[1].number == -25 && list[2].value == .bool(true))
    #expect(list[3].value == .null && list[1].offset == 11)
    #expect(root["b"]?["c"]?.text == "x\né😀")
    #expect(root["none"] == nil && list[1].int == -25)
  }

  @Test func `damage is named with its place`() {
    #expect(error("") == .truncated(offset: 0))
    #expect(error("[1,") == .truncated(offset: 3))
    #expect(error("[1 2]") == .unexpected(offset: 3, expected: "a comma or a closing bracket"))
    #expect(error("{\"a\" 1}") == .unexpected(offset: 5, expected: "a colon"))
    #expect(error("{a:1}") == .unexpected(offset: 1, expected: "a name in quotes"))
    #expect(error("tru") == .truncated(offset: 3))
    #expect(error("1 1") == .unexpected(offset: 2, expected: "the end"))
    #expect(error("1e999") == .badNumber(offset: 0))
    #expect(error("--1") == .badNumber(offset: 0))
    #expect(error("\"\\x\"") == .badText(offset: 1))
    #expect(error("\"\\ud800\"") == .badText(offset: 1))
    #expect(error(String(repeating: "[", count: 65)) == .tooDeep(offset: 64))
    #expect(throws: JSONError.badText(offset: 0)) { try JSONReader.read([0x22, 0xFF, 0x22]) }
  }

  @Test func `what is written reads back`() throws {
    var out = JSONWriter()
    out.object { out in
      out.add("text", "a\"\\\u{1}é")
      out.add("numbers", [0.1, -2, 3e20] as [Float])
      out.list("list") { out in
        out.add(nil, 7)
        out.object { $0.add("flag", true) }
      }
    }
    let root = try read(out.text)
    #expect(root["text"]?.text == "a\"\\\u{1}é")
    #expect(root["numbers"]?.list?.compactMap(\.number).map(Float.init) == [0.1, -2, 3e20])
    #expect(root["list"]?.list?[1]["flag"]?.value == .bool(true))
  }
}
