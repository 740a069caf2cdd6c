import AvatarModel
import Datagrams
import ExpressionStream
import FaceRig
import Foundation
import MediaIO
import MotionProtocols
import StreamSigning

/// Where the states of `visavis drive` go.
protocol StateSink: AnyObject {
  /// Takes the next state.
  func add(_ state: AvatarState)
  /// Ends in good order.
  func finish() throws
  /// Bytes that were made so far.
  var byteCount: Int { get }
}

/// A recording in a file.
final class FileSink: StateSink {
  private let path: String
  private let output: StreamOutput

  /// - Throws: where no file can be made there.
  init(path: String, configuration: StreamConfiguration, lookahead: Int, key: SigningKey?) throws {
    self.path = path
    try AtomicFile(path: path).discard()
    output = StreamOutput(configuration: configuration, lookahead: lookahead, key: key)
  }

  var byteCount: Int { output.bytes.count }

  func add(_ state: AvatarState) { output.add(state) }

  func finish() throws {
    output.finish()
    try AtomicFile.write(output.bytes, to: path)
  }
}

/// The stream's own datagrams, as to many: whoever listens sees the person within a second.
///
/// A part of the configuration goes beside the states every tenth of a second, and at once where a
/// receiver answers that it lacks some.
final class DatagramSink: StateSink {
  private let sender: StreamSender
  private let socket: DatagramSocket
  private var packet: [UInt8] = []
  private var part = 0
  private var states = 0
  private let statesPerPart: Int
  private(set) var byteCount = 0

  init(socket: DatagramSocket, configuration: StreamConfiguration) {
    self.socket = socket
    let options = SenderOptions(delivery: .broadcast, repeats: 2, keyInterval: 1)
    sender = StreamSender(
      configuration: configuration, options: options, epoch: UInt8.random(in: 0...255))
    statesPerPart = max(1, Int(9000 / configuration.interval))
  }

  func add(_ state: AvatarState) {
    let now = ProcessInfo.processInfo.systemUptime
    while let answer = socket.receive() {
      // What strangers send is no reason to stop.
      try? sender.receive(answer, from: 0, at: now)
    }
    sender.add(state)
    if (try? sender.writePacket(into: &packet)) ?? false { send() }
    if sender.writeMissingConfiguration(at: now, into: &packet) {
      send()
    } else if states % statesPerPart == 0 {
      sender.writeConfiguration(part % sender.configurationPacketCount, into: &packet)
      part += 1
      send()
    }
    states += 1
  }

  func finish() {}

  private func send() {
    socket.send(packet)
    byteCount += packet.count
  }
}

/// Another maker's datagrams.
final class ProgramSink: StateSink {
  private let wire: DriveTarget.Wire
  private let socket: DatagramSocket
  private let placement: MotionPlacement
  private let liveLink: LiveLinkFaceSender
  private(set) var byteCount = 0

  init(wire: DriveTarget.Wire, socket: DatagramSocket, placement: MotionPlacement, rate: Double) {
    self.wire = wire
    self.socket = socket
    self.placement = placement
    liveLink = LiveLinkFaceSender(
      device: UUID().uuidString, subject: "visavis", frameRate: rate.rounded())
  }

  func add(_ state: AvatarState) {
    let frame = placement.frame(state)
    let packets =
      switch wire {
      case .vmc: VMCSender().packets(frame, time: state.face.time)
      case .vrcft: VRCFaceTrackingSender().packets(frame)
      case .ifacialmocap: [IFacialMocapSender().packet(frame)]
      case .livelink, .udp: [liveLink.packet(frame)]
      }
    for packet in packets {
      socket.send(packet)
      byteCount += packet.count
    }
  }

  func finish() {}
}
