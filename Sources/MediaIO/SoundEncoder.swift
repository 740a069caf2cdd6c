import CFFmpeg

/// Decodes a sound track and codes it anew as AAC.
final class SoundEncoder {
  /// The encoder.
  var codec: UnsafeMutablePointer<AVCodecContext> { ownedCodec.pointer }

  private let source: SoundSource
  private let ownedCodec, ownedDecoder: OwnedCodec
  private var decoder: UnsafeMutablePointer<AVCodecContext> { ownedDecoder.pointer }
  private let decoded: OwnedFrame
  private let packet: OwnedPacket
  private var resampler: OpaquePointer?
  /// Sample format, rate and channel count that the resampler takes.
  private var resampledForm: [Int32] = []
  /// Samples of every channel that wait for a whole frame of the encoder.
  private var waiting: [[Float]] = []
  private var nextStamp: Int64?

  init(source: SoundSource, needsHeader: Bool) throws(MediaError) {
    self.source = source
    decoded = try OwnedFrame()
    packet = try OwnedPacket()
    let parameters = source.stream.pointee.codecpar!
    let name = String(cString: avcodec_get_name(parameters.pointee.codec_id))
    guard let found = avcodec_find_decoder(parameters.pointee.codec_id) else {
      throw .noDecoder(path: source.file.path, codec: name)
    }
    guard let aac = avcodec_find_encoder(AV_CODEC_ID_AAC) else { throw .noEncoder(name: "aac") }
    ownedDecoder = try OwnedCodec(found)
    ownedCodec = try OwnedCodec(aac)
    let (codec, decoder) = (ownedCodec.pointer, ownedDecoder.pointer)
    avcodec_parameters_to_context(decoder, parameters)
    decoder.pointee.pkt_timebase = source.stream.pointee.time_base
    var result = avcodec_open2(decoder, found, nil)
    guard result >= 0 else {
      throw .damaged(path: source.file.path, reason: "\(name): \(FFmpeg.reason(result))")
    }
    // Mono stays mono, all else becomes stereo; 48 kHz suits every player.
    let channels = parameters.pointee.ch_layout.nb_channels == 1 ? 1 : 2
    av_channel_layout_default(&codec.pointee.ch_layout, Int32(channels))
    codec.pointee.sample_rate = 48000
    codec.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
    codec.pointee.bit_rate = Int64(64000 * channels)
    codec.pointee.time_base = AVRational(num: 1, den: 48000)
    if needsHeader { codec.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    result = avcodec_open2(codec, aac, nil)
    guard result >= 0 else { throw .noEncoder(name: "aac") }
    waiting = [[Float]](repeating: [], count: channels)
  }

  deinit {
    swr_free(&resampler)
  }

  /// Takes a packet of the source and hands on what the encoder makes.
  ///
  /// - Parameter start: The time of the source that becomes 0.
  func add(
    _ input: OwnedPacket, startingAt start: Double,
    emit: (OwnedPacket) throws(MediaError) -> Void
  ) throws(MediaError) {
    // A packet that does not decode leaves a gap that the next timestamp closes.
    avcodec_send_packet(decoder, input.pointer)
    av_packet_unref(input.pointer)
    while avcodec_receive_frame(decoder, decoded.pointer) >= 0 {
      try resample(decoded.pointer, startingAt: start)
      try encodeWhole(emit: emit)
    }
  }

  /// Codes what waits, its last frame filled with silence.
  func flush(emit: (OwnedPacket) throws(MediaError) -> Void) throws(MediaError) {
    let size = Int(codec.pointee.frame_size)
    let rest = waiting[0].count % size
    if rest > 0 {
      for c in waiting.indices {
        waiting[c] += [Float](repeating: 0, count: size - rest)
      }
    }
    try encodeWhole(emit: emit)
    avcodec_send_frame(codec, nil)
    try drain(emit: emit)
  }

  private func resample(
    _ frame: UnsafeMutablePointer<AVFrame>, startingAt start: Double
  ) throws(MediaError) {
    try prepareResampler(for: frame)
    let room = swr_get_out_samples(resampler, frame.pointee.nb_samples)
    guard room > 0 else { return }
    let output = try OwnedFrame()
    output.pointer.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
    output.pointer.pointee.nb_samples = room
    av_channel_layout_copy(&output.pointer.pointee.ch_layout, &codec.pointee.ch_layout)
    guard av_frame_get_buffer(output.pointer, 0) >= 0 else { throw .outOfMemory }
    let planes = output.pointer.pointee.extended_data!
    let inputs = UnsafeMutableRawPointer(frame.pointee.extended_data!)
      .assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    let converted = swr_convert(resampler, planes, room, inputs, frame.pointee.nb_samples)
    guard converted > 0 else { return }
    var skipped = 0
    if nextStamp == nil {
      let stamp = frame.pointee.best_effort_timestamp
      let time =
        stamp == FFmpeg.noTimestamp
        ? 0 : Double(stamp) * source.stream.pointee.time_base.value - source.origin - start
      skipped = min(max(0, Int((-time * 48000).rounded())), Int(converted))
      if skipped == converted { return }
      nextStamp = Int64(max(0, time * 48000).rounded())
    }
    for c in waiting.indices {
      planes[c]!.withMemoryRebound(to: Float.self, capacity: Int(converted)) { samples in
        waiting[c] += UnsafeBufferPointer(
          start: samples + skipped, count: Int(converted) - skipped)
      }
    }
  }

  /// Sets the resampler up for frames like this one, anew when the sound changes its form.
  private func prepareResampler(for frame: UnsafeMutablePointer<AVFrame>) throws(MediaError) {
    let form = [
      frame.pointee.format, frame.pointee.sample_rate, frame.pointee.ch_layout.nb_channels,
    ]
    guard form != resampledForm else { return }
    resampledForm = form
    swr_free(&resampler)
    swr_alloc_set_opts2(
      &resampler, &codec.pointee.ch_layout, AV_SAMPLE_FMT_FLTP, 48000, &frame.pointee.ch_layout,
      AVSampleFormat(frame.pointee.format), frame.pointee.sample_rate, 0, nil)
    guard swr_init(resampler) >= 0 else {
      throw .damaged(path: source.file.path, reason: "Its sound cannot be resampled")
    }
  }

  private func encodeWhole(emit: (OwnedPacket) throws(MediaError) -> Void) throws(MediaError) {
    let size = Int(codec.pointee.frame_size)
    while waiting[0].count >= size {
      let frame = try OwnedFrame()
      frame.pointer.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
      frame.pointer.pointee.nb_samples = Int32(size)
      frame.pointer.pointee.sample_rate = 48000
      av_channel_layout_copy(&frame.pointer.pointee.ch_layout, &codec.pointee.ch_layout)
      guard av_frame_get_buffer(frame.pointer, 0) >= 0 else { throw .outOfMemory }
      for c in waiting.indices {
        let plane = frame.pointer.pointee.extended_data[c]!
        plane.withMemoryRebound(to: Float.self, capacity: size) { samples in
          for i in 0..<size { samples[i] = waiting[c][i] }
        }
        waiting[c].removeFirst(size)
      }
      let stamp = nextStamp ?? 0
      frame.pointer.pointee.pts = stamp
      nextStamp = stamp + Int64(size)
      avcodec_send_frame(codec, frame.pointer)
      try drain(emit: emit)
    }
  }

  private func drain(emit: (OwnedPacket) throws(MediaError) -> Void) throws(MediaError) {
    while avcodec_receive_packet(codec, packet.pointer) >= 0 { try emit(packet) }
  }
}
