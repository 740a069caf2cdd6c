import Foundation
import PlainJSON
import Testing

@testable import RoomServer

@Suite("Messages")
struct JSONTests {
  @Test func `Values are read as another implementation reads them`() throws {
    for text in [
      "{}", "[]", "[1,-2,3.5,1e3,-0.25E-2,0]", #"{"a":{"b":[true,false,null]}}"#,
      #""\u00e4\ud83d\ude00\"\\\/\b\f\n\r\t""#, " [ 1 , 2 ] ", #"{"a":1,"a":2}"#, "\"ä😀\"",
      "9007199254740991", "-9007199254740991", "1e-300",
    ] {
      let value = try JSONValue.read(Array(text.utf8))
      let other = try JSONSerialization.jsonObject(
        with: Data(text.utf8), options: .fragmentsAllowed)
      let rewritten = try JSONSerialization.jsonObject(
        with: Data(JSONWriter.write { value.write(to: &$0) }.utf8), options: .fragmentsAllowed)
      #expect(rewritten as? NSObject == other as? NSObject, "\(text)")
    }
  }

  @Test func `What is no JSON is refused`() {
    let deep = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
    for text in [
      "", " ", "{", "}", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", ".5", "+1", "1e",
      "tru",
      "nul", "\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "1 2",
      "[1 2]", "NaN", "1e999", deep, "\"\\u12\"",
    ] {
      #expect(throws: JSONError.self, "\(text)") {
        try JSONValue.read(Array(text.utf8))
      }
    }
    #expect(throws: JSONError.self) { try JSONValue.read([0x22, 0xFF, 0x22]) }
  }

  @Test(arguments: 0..<10)
  func `Spoilt messages give a message or a refusal`(seed: Int) {
    let messages = [
      #"{"t":"join","token":"x","invite":"a.b","resume":{"participant":7,"secret":"AAAA","version":1}}"#,
      #"{"t":"stand","place":[1,2,3,4],"id":12}"#,
      #"{"t":"signal","to":3,"data":{"sdp":"v=0\r\n"}}"#,
      #"{"t":"direct","to":[1,2,3]}"#, #"{"t":"seat","seat":1,"place":null,"id":"a"}"#,
    ]
    var random = Seeded(state: UInt64(seed) + 5)
    for round in 0..<4000 {
      var bytes = Array(messages[round % messages.count].utf8)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1 where bytes.count > 1: bytes.remove(at: place)
        default: bytes.insert(bytes.randomElement(using: &random)!, at: place)
        }
      }
      do throws(ClientMessage.Invalid) {
        _ = try ClientMessage(bytes)
      } catch {
        if case .invalidMessage = error.refusal { continue }
        #expect(error.refusal == .unknownSeat)
      }
    }
  }

  @Test func `Messages are read as the protocol has them`() throws {
    func body(_ text: String) throws -> ClientMessage.Body {
      try ClientMessage(Array(text.utf8)).body
    }
    #expect(try body(#"{"t":"sit","seat":3}"#) == .command(.sit(3)))
    #expect(try body(#"{"t":"stand","place":[1,0,-2.5,0]}"#) == .command(.stand([1, 0, -2.5, 0])))
    #expect(try body(#"{"t":"seat","seat":1,"place":null}"#) == .command(.moveSeat(1, to: nil)))
    #expect(try body(#"{"t":"voice","on":true}"#) == .command(.voice(true)))
    #expect(try body(#"{"t":"direct","to":[1,65534]}"#) == .direct([1, 65534]))
    #expect(
      try body(#"{"t":"remove","participant":4,"isBanned":true}"#)
        == .command(.remove(4, isBanned: true)))
    #expect(
      try body(#"{"t":"role","participant":4,"role":"member"}"#) == .command(.role(4, .member)))
    #expect(
      try body(#"{"t":"signal","to":2,"data":{"b":[1,"x"],"a":1.5}}"#)
        == .signal(to: 2, data: #"{"a":1.5,"b":[1,"x"]}"#))
    #expect(
      try body(#"{"t":"join","token":"t","resume":{"participant":7,"secret":"_-8","version":0}}"#)
        == .join(
          JoinRequest(token: "t", resume: .init(participant: 7, secret: [0xFF, 0xEF]))))
    #expect(try ClientMessage(Array(#"{"t":"sync","v":1,"id":"a\"b"}"#.utf8)).id == #""a\"b""#)
    for bad in [
      #"{"t":"sit"}"#, #"{"t":"sit","seat":-1}"#, #"{"t":"sit","seat":1.5}"#, #"{"t":"x"}"#, "[]",
      #"{"t":"stand","place":[1,2,3]}"#, #"{"t":"direct","to":[0]}"#,
      #"{"t":"direct","to":[65535]}"#,
      #"{"t":"signal","to":70000,"data":1}"#, #"{"t":"chat","text":5}"#, #"{"t":"join"}"#,
      #"{"t":"join","token":"t","resume":{"participant":7,"secret":"*"}}"#,
      #"{"t":"arrange","arrangement":"../x"}"#,
    ] { #expect(throws: ClientMessage.Invalid.self, "\(bad)") { try body(bad) } }
  }

  @Test func `Text for addresses is base64url`() {
    for length in 0..<40 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 77 &+ 250) }
      #expect(Base64URL.bytes(Base64URL.text(bytes)) == bytes)
    }
    for bad in ["A", "A=", "A+/A", "AAAAA", "ä"] { #expect(Base64URL.bytes(bad) == nil) }
  }
}
