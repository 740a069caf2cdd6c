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
  ///   - following: what comes next, in order; at most three are looked at.
  /// - Precondition: the reference is remembered and earlier.
  public func quantize(
    _ state: AvatarState, number n: UInt32, reference: UInt32?, following: [AvatarState] = []
  ) {
    let depth = reference == nil ? 0 : min(following.count, 3)
    if targets.count < (1 + depth) * components {
      targets = [Float](repeating: 0, count: 4 * components)
    }
    setTargets(state, 0)
    for k in 0..<depth { setTargets(following[k], k + 1) }
    let m = trial
    let wanted = Int64(
      (state.face.time * StreamConfiguration.ticksPerSecond).rounded(.toNearestOrEven))
    let at = symbols + (Int(n) % slots) * components
    var nothing = NoCoder()
    prepare(m, reference: reference)
    if let reference {
      precondition(contains(reference) && n &- reference <= 64 && n != reference)
      let distance = Int(n &- reference)
      codeTime(m, distance: distance, wanted: wanted, coder: &nothing)
      var chooser = SymbolChooser(
        values: m + layout.values, targets: targets, components: components, depth: depth,
        weight: Self.rateWeight(depth), symbols: at)
      codeComponents(m, distance: distance, coder: &chooser)
    } else {
      setTicks(m, wanted)
      for i in 0..<components {
        let steps = targets[i].rounded(.toNearestOrEven)
        let limit = Float(Self.largestSymbol - 1)
        at[i] = Int32(min(max(steps, -limit), limit))
      }
      var given = GivenSymbols(symbols: at, coder: nothing)
      codeKey(m, coder: &given)
    }
    memory(n).update(from: m, count: layout.count)
    remember(n, reference: reference, hasSymbols: true)
  }

  /// Writes a state that was quantised here.
  ///
  /// - Precondition: the state and its reference are remembered.
  public func write(_ n: UInt32, into encoder: inout RangeEncoder) {
    let record = records[Int(n) % slots]
    precondition(contains(n) && record.hasSymbols)
    let m = trial
    prepare(m, reference: record.reference)
    let wanted = ticks(memory(n))
    var given = GivenSymbols(
      symbols: symbols + (Int(n) % slots) * components, coder: EncodingCoder(encoder: encoder))
    if let reference = record.reference {
      precondition(contains(reference))
      codeTime(m, distance: Int(n &- reference), wanted: wanted, coder: &given)
      codeComponents(m, distance: Int(n &- reference), coder: &given)
    } else {
      codeAbsoluteTime(m, wanted, coder: &given)
      codeKey(m, coder: &given)
    }
    encoder = given.coder.encoder
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
    memory(n).update(from: m, count: layout.count)
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

  private func setTargets(_ state: AvatarState, _ row: Int) {
    var span = scratch.mutableSpan
    StateCoordinates.write(state, reference: configuration.transform.reference, into: &span)
    forward.components(of: scratch, scale: 1 / step, into: &targets, at: row * components)
  }

  /// What a bit weighs against squared steps, by how many states are looked ahead.
  private static func rateWeight(_ depth: Int) -> Float { depth == 0 ? 0.08 : 0.13 }
}

/// Decisions that go nowhere.
struct NoCoder: DecisionCoder {
  mutating func symbol(of component: Int, nonzero: Int32) -> Int32 { 0 }
  mutating func code(_ bit: Int32, one: Int32) -> Int32 { bit }
}

/// Decisions to a range encoder.
struct EncodingCoder: DecisionCoder {
  var encoder: RangeEncoder
  mutating func symbol(of component: Int, nonzero: Int32) -> Int32 { 0 }
  mutating func code(_ bit: Int32, one: Int32) -> Int32 {
    encoder.encode(bit, one: one)
    return bit
  }
}

/// Decisions from a range decoder.
struct DecodingCoder: DecisionCoder {
  var decoder: RangeDecoder
  mutating func symbol(of component: Int, nonzero: Int32) -> Int32 { 0 }
  mutating func code(_ bit: Int32, one: Int32) -> Int32 { decoder.decode(one: one) }
}

/// Symbols decided before.
struct GivenSymbols<Coder: DecisionCoder>: DecisionCoder {
  let symbols: UnsafeMutablePointer<Int32>
  var coder: Coder
  mutating func symbol(of component: Int, nonzero: Int32) -> Int32 { symbols[component] }
  mutating func code(_ bit: Int32, one: Int32) -> Int32 { coder.code(bit, one: one) }
}
