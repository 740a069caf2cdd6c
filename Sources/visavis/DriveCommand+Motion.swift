import AvatarModel
import Datagrams
import ExpressionStream
import FaceMotion
import FaceRig
import Foundation
import Geometry
import MotionProtocols

extension DriveCommand {
  /// The programs that `--from` names.
  var programs: [LiveDrive.Source] {
    from.compactMap {
      guard case .program(let format, let port, let regions) = $0 else { return nil }
      return LiveDrive.Source(format: format, port: port, regions: regions)
    }
  }

  /// Programs drive, until Control-C.
  func driveLive() throws -> LiveReport {
    guard let path = avatar else { throw DriveError.noAvatar }
    let avatar = try VisavisFile.avatar(path)
    let configuration = self.configuration(avatar, rate: rate)
    let sink = try sink(configuration, reference: avatar.reference, rate: rate)
    let live = LiveDrive(
      sources: programs, phone: phone, isCentred: centre, rate: rate, duration: duration,
      isQuiet: outputOptions.quiet)
    return try live.run(avatar: avatar, into: sink.sink, to: sink.name)
  }

  /// A recording of another program drives; as quickly as it goes into a file, at its pace elsewhere.
  func driveMotion(_ input: String) throws -> LiveReport {
    guard let path = avatar else { throw DriveError.noAvatar }
    guard let data = FileManager.default.contents(atPath: input) else {
      throw FileFailure.notFound(path: input)
    }
    let motion: FaceMotion
    do throws(FaceMotionError) {
      motion = try FaceMotion(bytes: [UInt8](data))
    } catch { throw FileFailure.damaged(path: input, error) }
    let avatar = try VisavisFile.avatar(path)
    let states = motion.states(reference: avatar.reference)
    let rate = 1 / motion.interval
    let sink = try sink(
      configuration(avatar, rate: rate), reference: avatar.reference, rate: rate,
      named: (input as NSString).deletingPathExtension + ".vvs")
    return try play(states, into: sink)
  }

  /// A stream is sent on, at its pace.
  func sendStream(_ input: String) throws -> LiveReport {
    let stream = try VisavisFile.stream(input)
    guard let first = stream.states.first else { throw FileFailure.emptyStream(path: input) }
    // Without the avatar, the torso's first pose stands for the reference: there the two agree.
    let reference = try avatar.map { try VisavisFile.avatar($0).reference } ?? first.cameraFromTorso
    let configuration = StreamConfiguration(
      transform: .generic(correction: stream.codeLength, reference: reference),
      quality: quality.decibels, interval: UInt32(stream.frameInterval * 90_000),
      camera: stream.camera)
    guard case .wire = to else { throw DriveError.streamNeedsAddress(path: input) }
    return try play(
      stream.states, into: sink(configuration, reference: reference, rate: 1 / stream.frameInterval)
    )
  }

  private func play(
    _ states: [AvatarState], into sink: (sink: any StateSink, name: String, isLive: Bool)
  ) throws -> LiveReport {
    let progress = ProgressReporter(
      "Driving", unit: "states", total: states.count, quiet: outputOptions.quiet)
    let start = LiveDrive.now()
    var count = 0
    for state in states {
      if Interruption.isRequested { break }
      if sink.isLive {
        let wait = start + state.face.time - states[0].face.time - LiveDrive.now()
        if wait > 0 { usleep(UInt32(min(wait, 10) * 1e6)) }
      }
      sink.sink.add(state)
      count += 1
      progress.advance()
    }
    if count == 0 { try Interruption.check() }
    progress.finish()
    try sink.sink.finish()
    return LiveReport(
      target: sink.name, seconds: LiveDrive.now() - start, states: count,
      bytes: sink.sink.byteCount, sources: [])
  }

  /// How states of this avatar are coded that no camera saw: in the framing of its capture.
  private func configuration(_ avatar: Avatar, rate: Double) -> StreamConfiguration {
    let p = avatar.provenance
    let width = max(p.captureWidth, 16), height = max(p.captureHeight, 16)
    let camera = PinholeCamera(
      width: width, height: height,
      focalLength: p.likelyFocalLength(width: width, height: height))
    let scale = min(1, 1280 / Float(max(width, height)))
    return StreamConfiguration(
      transform: avatar.streamTransform
        ?? .generic(correction: avatar.splats.codeLength, reference: avatar.reference),
      quality: quality.decibels,
      interval: UInt32(min(max(90_000 / max(rate, 1e-3), 1), 9e7).rounded()),
      camera: scale < 1 ? camera.scaled(by: scale) : camera)
  }

  private func sink(
    _ configuration: StreamConfiguration, reference: RigidTransform, rate: Double,
    named name: String = "live.vvs"
  ) throws -> (sink: any StateSink, name: String, isLive: Bool) {
    if case .wire(let wire, let host, let port) = to {
      let socket = try DatagramSocket.connected(to: host, port: port)
      let name = "\(wire.rawValue)://\(host):\(port)"
      if wire == .udp {
        return (DatagramSink(socket: socket, configuration: configuration), name, true)
      }
      let placement = MotionPlacement(reference: reference)
      return (
        ProgramSink(wire: wire, socket: socket, placement: placement, rate: rate), name, true
      )
    }
    var path = output ?? name
    if case .file(let file) = to { path = file }
    let key = try key.map { try KeyFile.signingKey($0) }
    let sink = try FileSink(
      path: path, configuration: configuration, lookahead: lookahead, key: key)
    return (sink, path, false)
  }
}
