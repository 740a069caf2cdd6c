import CFFmpeg
import Foundation

/// The sound of a media file.
final class SoundSource {
  let file: InputFile
  let stream: UnsafeMutablePointer<AVStream>
  /// The timestamp, in seconds, that counts as time 0: that of the first picture, or of the sound
  /// where there are no pictures.
  let origin: Double

  /// Opens a file; nil when it has no sound.
  init?(path: String) throws(MediaError) {
    file = try InputFile(path: path)
    guard let stream = file.stream(AVMEDIA_TYPE_AUDIO) else { return nil }
    self.stream = stream
    let reference = file.stream(AVMEDIA_TYPE_VIDEO) ?? stream
    let start = reference.pointee.start_time
    origin = start == FFmpeg.noTimestamp ? 0 : Double(start) * reference.pointee.time_base.value
    file.readOnly(stream)
  }
}

/// The sound track of a video being written: AAC is copied, everything else becomes AAC.
final class SoundTrack {
  private let source: SoundSource
  private let muxer: OutputFile
  private let output: UnsafeMutablePointer<AVStream>
  private let encoder: SoundEncoder?
  private let packet: OwnedPacket
  private var hasSought = false
  private var isAtEnd = false
  private var isPending = false
  private var lastStamp = Int64.min

  init(source: SoundSource, muxer: OutputFile) throws(MediaError) {
    self.source = source
    self.muxer = muxer
    packet = try OwnedPacket()
    if source.stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_AAC {
      encoder = nil
      output = try muxer.addStream(copying: source.stream)
    } else {
      let encoder = try SoundEncoder(source: source, needsHeader: muxer.needsGlobalHeaders)
      self.encoder = encoder
      output = try muxer.addStream(encoder.codec)
    }
  }

  /// Writes the sound between two times of the source, continuing where the last call ended.
  func write(from start: Double, to end: Double) throws(MediaError) {
    if !hasSought {
      hasSought = true
      seek(to: start)
    }
    let tick = source.stream.pointee.time_base.value
    while !isAtEnd {
      if !isPending {
        guard read() else { return }
      }
      let stamp = packet.pointer.pointee.pts
      let time = stamp == FFmpeg.noTimestamp ? start : Double(stamp) * tick - source.origin
      if time >= end { return }
      isPending = false
      // Sound that ends before the first picture is left out; up to one packet may precede it.
      let duration = Double(packet.pointer.pointee.duration) * tick
      if time + max(duration, 0) <= start + 1e-4 {
        av_packet_unref(packet.pointer)
      } else if let encoder {
        try encoder.add(packet, startingAt: start) { packet throws(MediaError) in
          try self.mux(packet, timeBase: encoder.codec.pointee.time_base)
        }
      } else {
        let shift = Int64(((start + source.origin) / tick).rounded())
        packet.pointer.pointee.pts -= shift
        packet.pointer.pointee.dts = packet.pointer.pointee.pts
        guard packet.pointer.pointee.pts > lastStamp else {
          av_packet_unref(packet.pointer)
          continue
        }
        lastStamp = packet.pointer.pointee.pts
        try mux(packet, timeBase: source.stream.pointee.time_base)
      }
    }
  }

  /// Writes the rest of the sound up to a time.
  func finish(from start: Double, to end: Double) throws(MediaError) {
    try write(from: start, to: end)
    av_packet_unref(packet.pointer)
    try encoder?.flush { packet throws(MediaError) in
      try self.mux(packet, timeBase: self.encoder!.codec.pointee.time_base)
    }
  }

  private func seek(to start: Double) {
    guard start > 1 else { return }
    let tick = source.stream.pointee.time_base.value
    let stamp = Int64((start - 0.5 + source.origin) / tick)
    _ = avformat_seek_file(
      source.file.context, source.stream.pointee.index, .min, stamp, stamp, 0)
  }

  /// Reads the next packet of sound; damage ends the track.
  private func read() -> Bool {
    while av_read_frame(source.file.context, packet.pointer) >= 0 {
      if packet.pointer.pointee.stream_index == source.stream.pointee.index {
        isPending = true
        return true
      }
      av_packet_unref(packet.pointer)
    }
    isAtEnd = true
    return false
  }

  private func mux(_ packet: OwnedPacket, timeBase: AVRational) throws(MediaError) {
    let result = muxer.write(packet, from: timeBase, to: output)
    guard result >= 0 else { throw .writing(muxer.path, code: result) }
  }
}
