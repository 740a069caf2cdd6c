import Foundation

/// A UDP socket, without threads: who owns it asks when something can be read.
///
/// Not safe for use by two threads at once.
public final class DatagramSocket {
  /// The longest datagram of UDP over IPv4.
  public static let largest = 65_507

  /// The number of the socket, for ``wait(_:seconds:)``.
  let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: largest)

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Listens at a port of all addresses of IPv4; 0 takes a free port.
  ///
  /// - Parameter isLocal: only this computer is heard.
  /// - Throws: ``DatagramError/cannotListen(port:number:)``.
  public static func listening(
    at port: Int, isLocal: Bool = false
  ) throws(DatagramError) -> DatagramSocket {
    let descriptor = socket(AF_INET, Self.datagram, 0)
    guard descriptor >= 0 else { throw .cannotListen(port: port, number: errno) }
    let result = DatagramSocket(descriptor: descriptor)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    address.sin_addr.s_addr = (isLocal ? UInt32(0x7F00_0001) : 0).bigEndian
    let failure = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if failure != 0 { throw .cannotListen(port: port, number: errno) }
    result.makeRoom()
    return result
  }

  /// Sends to a place, and receives what comes back from there.
  ///
  /// - Throws: ``DatagramError/unknownHost(_:)``, ``DatagramError/cannotReach(host:number:)``.
  public static func connected(
    to host: String, port: Int
  ) throws(DatagramError) -> DatagramSocket {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Self.datagram
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let first = list else {
      throw .unknownHost(host)
    }
    defer { freeaddrinfo(list) }
    let descriptor = socket(first.pointee.ai_family, Self.datagram, 0)
    guard descriptor >= 0 else { throw .cannotReach(host: host, number: errno) }
    let result = DatagramSocket(descriptor: descriptor)
    if connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) != 0 {
      throw .cannotReach(host: host, number: errno)
    }
    result.makeRoom()
    return result
  }

  #if canImport(Glibc) || canImport(Musl)
    private static let datagram = Int32(SOCK_DGRAM.rawValue)
  #else
    private static let datagram = SOCK_DGRAM
  #endif

  /// Bursts of a second's packets fit in.
  private func makeRoom() {
    var size = Int32(1 << 20)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
  }

  /// The port that it listens at.
  public var port: Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failure = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return failure == 0 ? Int(in_port_t(bigEndian: address.sin_port)) : 0
  }

  /// Sends a datagram where this socket is connected to; returns whether the system took it.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes {
      Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT.rawInt)) >= 0
    }
  }

  /// Sends a datagram to an IPv4 address.
  @discardableResult
  public func send(_ bytes: [UInt8], to host: String, port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return false }
    return bytes.withUnsafeBytes { bytes in
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(
            descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT.rawInt), $0,
            socklen_t(MemoryLayout<sockaddr_in>.size)) >= 0
        }
      }
    }
  }

  /// Takes the next datagram; nil where none waits.
  public func receive() -> [UInt8]? {
    let count = buffer.withUnsafeMutableBytes {
      recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT.rawInt))
    }
    return count >= 0 ? Array(buffer[..<count]) : nil
  }

  /// Waits until one of the sockets can be read.
  ///
  /// - Returns: those that can; none after `seconds`, or when a signal came.
  public static func wait(_ sockets: [DatagramSocket], seconds: Double) -> [Int] {
    var polls = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    let milliseconds = Int32(min(max(seconds * 1000, 0), 60_000).rounded(.up))
    guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return [] }
    return polls.indices.filter { polls[$0].revents != 0 }
  }
}

extension BinaryInteger {
  /// The number that a flag is, whatever its platform's type.
  fileprivate var rawInt: Int32 { Int32(truncatingIfNeeded: self) }
}

extension RawRepresentable where RawValue: BinaryInteger {
  fileprivate var rawInt: Int32 { Int32(truncatingIfNeeded: rawValue) }
}

/// Why datagrams cannot be sent or received.
public enum DatagramError: Error, Equatable, Sendable {
  /// Somebody listens there already, or this may not.
  case cannotListen(port: Int, number: Int32)
  /// No such name.
  case unknownHost(String)
  /// The system knows no way.
  case cannotReach(host: String, number: Int32)
}
