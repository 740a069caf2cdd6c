import ArgumentParser
import Foundation
import MotionProtocols

/// What `--from` names: seconds of a video, or a program that sends a face.
enum DriveInput: ExpressibleByArgument, Equatable {
  /// A place in the video.
  case seconds(Double)
  /// A protocol, the port to listen at, and the regions that it shall drive.
  case program(MotionProtocol, port: Int, regions: Set<MotionRegion>)

  /// Reads `12.5`, `livelink`, `vmc:39540` or `livelink:11111@mouth+brows`.
  init?(argument: String) {
    if let seconds = Double(argument) {
      self = .seconds(seconds)
      return
    }
    let parts = argument.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return nil }
    var regions: Set<MotionRegion> = []
    if parts.count == 2 {
      for name in parts[1].split(separator: "+", omittingEmptySubsequences: false) {
        guard let region = MotionRegion(rawValue: String(name)) else { return nil }
        regions.insert(region)
      }
    }
    let name = parts[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard name.count <= 2, let format = MotionProtocol(rawValue: name[0].lowercased()) else {
      return nil
    }
    var port = format.defaultPort
    if name.count == 2 {
      guard let number = Int(name[1]), (1...65535).contains(number) else { return nil }
      port = number
    }
    self = .program(format, port: port, regions: regions)
  }

  var defaultValueDescription: String { "\(self)" }

  /// The seconds, where it is a place in a video.
  var seconds: Double? { if case .seconds(let seconds) = self { seconds } else { nil } }
}

/// What `--to` names: seconds of a video, a file, or where to send.
enum DriveTarget: ExpressibleByArgument, Equatable {
  /// How states are sent.
  enum Wire: String, CaseIterable {
    /// Our stream's datagrams.
    case udp
    /// As programs of other makers expect them.
    case vmc, livelink, ifacialmocap, vrcft

    /// The port that its receivers listen at; nil where there is no usual one.
    var defaultPort: Int? { MotionProtocol(rawValue: rawValue)?.defaultPort }
  }

  case seconds(Double)
  case file(String)
  case wire(Wire, host: String, port: Int)

  /// Reads `40`, `talk.vvs`, `vmc://192.168.1.5`, `udp://[::1]:7000`.
  init?(argument: String) {
    if let seconds = Double(argument) {
      self = .seconds(seconds)
      return
    }
    guard let mark = argument.firstRange(of: "://") else {
      self = .file(argument)
      return
    }
    guard let wire = Wire(rawValue: argument[..<mark.lowerBound].lowercased()) else { return nil }
    var host = String(argument[mark.upperBound...])
    while host.hasSuffix("/") { host.removeLast() }
    var port = wire.defaultPort
    let afterAddress = host.lastIndex(of: "]").map { host.index(after: $0) } ?? host.startIndex
    if let colon = host[afterAddress...].lastIndex(of: ":") {
      guard let number = Int(host[host.index(after: colon)...]), (1...65535).contains(number) else {
        return nil
      }
      port = number
      host = String(host[..<colon])
    }
    host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    guard !host.isEmpty, let port else { return nil }
    self = .wire(wire, host: host, port: port)
  }

  var defaultValueDescription: String { "\(self)" }

  /// The seconds, where it is a place in a video.
  var seconds: Double? { if case .seconds(let seconds) = self { seconds } else { nil } }
}
