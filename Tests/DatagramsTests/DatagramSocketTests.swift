import Testing

@testable import Datagrams

struct DatagramSocketTests {
  @Test func `what is sent comes, once, and then nothing`() throws {
    let receiver = try DatagramSocket.listening(at: 0, isLocal: true)
    #expect(receiver.port > 0 && receiver.receive() == nil)
    let sender = try DatagramSocket.connected(to: "127.0.0.1", port: receiver.port)
    #expect(sender.send([1, 2, 3]) && sender.send([]))
    #expect(DatagramSocket.wait([receiver], seconds: 10) == [0])
    #expect(receiver.receive() == [1, 2, 3])
    #expect(DatagramSocket.wait([receiver], seconds: 10) == [0])
    #expect(receiver.receive() == [])
    #expect(receiver.receive() == nil && DatagramSocket.wait([receiver], seconds: 0).isEmpty)
  }

  @Test func `a port is taken only once, and unknown hosts are named`() throws {
    let first = try DatagramSocket.listening(at: 0)
    #expect(throws: DatagramError.self) { try DatagramSocket.listening(at: first.port) }
    #expect(throws: DatagramError.unknownHost("no such host")) {
      try DatagramSocket.connected(to: "no such host", port: 1)
    }
  }
}
