public import AvatarModel
import FaceRig

extension StateCoder {
  /// Decides the symbols of a state and remembers it.
  ///
  /// A symbol is chosen for the error it leaves and the bits it takes, and, where the states that
  /// follow are known already, for those of the next ones too.
  ///
  /// - Parameters:
  ///   - state: what to code.
  ///   - n: its number; takes the place of what has the same number modulo ``slots``.
  ///   - reference: the remembered state to code against, at most 64 back; nil makes a key state.
  ///   - following: what comes next, in order; at most two are looked at.
  /// - Precondition: the reference is remembered and earlier.
  public func quantize(
    _ state: AvatarState, number n: UInt32, reference: UInt32?, following: [AvatarState] = []
  ) {
    precondition(reference.map { contains($0) && n &- $0 <= 64 && n != $0 } ?? true)
    let depth = reference == nil ? 0 : min(following.count, 2)
    setTargets(state, n)
    for k in 0..<depth { setTargets(following[k], n &+ UInt32(k) &+ 1) }
    let m = trial
    let wanted = Self.ticks(of: state.face.time)
    prepare(m, reference: reference)
    let slot = Int(n % UInt32(slots))
    // Taken out while it grows, so that it is not copied.
    var record: [UInt32] = []
    swap(&record, &decisions[slot])
    record.removeAll(keepingCapacity: true)
    var coder = RecordingCoder(symbols: symbols, decisions: record)
    record = []
    if let reference {
      let distance = Int(n &- reference)
      chooseSymbols(m, number: n, distance: distance, depth: depth)
      codeTime(m, distance: distance, wanted: wanted, coder: &coder)
      codeComponents(m, distance: distance, coder: &coder)
    } else {
      roundSymbols(number: n)
      codeAbsoluteTime(m, wanted, coder: &coder)
      codeKey(m, coder: &coder)
    }
    decisions[slot] = coder.decisions
    remember(n, reference: reference, hasSymbols: true)
  }

  /// A time in ticks; what no 40 bits can tell, or is no number, becomes the nearest that they can, or 0.
  private static func ticks(of time: Double) -> Int64 {
    let ticks = (time * StreamConfiguration.ticksPerSecond).rounded(.toNearestOrEven)
    return ticks > 0 ? Int64(min(ticks, 0xFF_FFFF_FFFF)) : 0
  }

  /// Writes a state that was quantised here.
  ///
  /// - Precondition: the state is remembered.
  public func write(_ n: UInt32, into encoder: inout RangeEncoder) {
    let slot = Int(n % UInt32(slots))
    precondition(contains(n) && records[slot].hasSymbols)
    for decision in decisions[slot] {
      encoder.encode(Int32(decision & 1), one: Int32(decision >> 1))
    }
  }

  /// Reads a state and remembers it.
  ///
  /// - Throws: ``StreamError`` where the reference is not remembered or more bytes are needed than
  ///   there are; nothing is remembered then.
  public func read(
    _ n: UInt32, reference: UInt32?, from decoder: inout RangeDecoder
  ) throws(StreamError) {
    if let reference, !contains(reference) || n &- reference > 64 || n == reference {
      throw .missingReference(state: n, reference: reference)
    }
    let m = trial
    prepare(m, reference: reference)
    var coder = DecodingCoder(decoder: decoder)
    if let reference {
      codeTime(m, distance: Int(n &- reference), wanted: 0, coder: &coder)
      codeComponents(m, distance: Int(n &- reference), coder: &coder)
    } else {
      codeAbsoluteTime(m, 0, coder: &coder)
      codeKey(m, coder: &coder)
    }
    decoder = coder.decoder
    if decoder.bytesPastEnd > 4 { throw .truncatedState(state: n) }
    remember(n, reference: reference, hasSymbols: false)
  }

  /// A key state's time in ticks, 40 bits.
  private func codeAbsoluteTime<C: DecisionCoder>(
    _ m: UnsafeMutablePointer<Int32>, _ wanted: Int64, coder: inout C
  ) {
    let high = coder.codeEvenly(UInt32(truncatingIfNeeded: wanted >> 20) & 0xF_FFFF, count: 20)
    let low = coder.codeEvenly(UInt32(truncatingIfNeeded: wanted) & 0xF_FFFF, count: 20)
    setTicks(m, Int64(high) << 20 | Int64(low))
  }

  private func setTargets(_ state: AvatarState, _ n: UInt32) {
    let row = Int(n & 3)
    if let known = targetStates[row], known.number == n && known.time == state.face.time { return }
    targetStates[row] = (n, state.face.time)
    var span = scratch.mutableSpan
    StateCoordinates.write(state, reference: configuration.transform.reference, into: &span)
    forward.components(of: scratch, scale: 1 / step, into: &targets, at: row * components)
    for k in row * components..<(row + 1) * components where !targets[k].isFinite {
      targets[k] = 0
    }
  }
}

/// Decisions from a range decoder.
struct DecodingCoder: DecisionCoder {
  var decoder: RangeDecoder
  mutating func symbol(of component: Int) -> Int32 { 0 }
  mutating func code(_ bit: Int32, one: Int32) -> Int32 { decoder.decode(one: one) }
}
