public import AvatarModel
import FaceRig
import Geometry

/// Codes states, each against an earlier one or none, and remembers the last ones.
///
/// Both ends keep one. A state's coordinates go through the configuration's transform and are
/// rounded to whole steps; what is coded is how far each component moved since the reference, by
/// adaptive probabilities that belong to the reference too: whoever has the reference can read the
/// state. Not safe for use by two threads at once.
public final class StateCoder {
  /// What both ends agree on.
  public let configuration: StreamConfiguration
  /// How many states are remembered.
  public let slots: Int

  let components: Int
  let model: ContextModel
  let layout: MemoryLayout
  /// `[slots + 1][layout.count]`.
  let storage: UnsafeMutablePointer<Int32>
  /// Which run of the storage each slot has, and which one is for trying out.
  private var runs: [Int], trialRun: Int
  /// `[components]`: 65536 ÷ index; the first is 0.
  let shares: UnsafeMutablePointer<Int32>
  /// `[components]`: the symbols of the state being quantised.
  let symbols: UnsafeMutablePointer<Int32>
  /// `[components][4]`: how each condition is best reached.
  let choices: UnsafeMutablePointer<Int32>
  /// What each slot holds.
  private(set) var records: [Record]
  let forward: ForwardTransform
  var targets: [Float]
  var scratch: [Float]
  /// The class of an activity in 1/32.
  let activityBins: [UInt8]
  /// The decisions of states quantised here: bit in the lowest bit, the probability above it.
  var decisions: [[UInt32]]
  /// Which state each of the four rows of ``targets`` belongs to, and its time.
  var targetStates: [(number: UInt32, time: Double)?] = [nil, nil, nil, nil]
  let levels: [Int32], increments: [Int32]
  let step: Float

  /// A remembered state.
  struct Record {
    var number: UInt32 = 0
    var reference: UInt32?
    var isPresent = false
    var hasSymbols = false
  }

  /// Where things lie in a run of memory.
  struct MemoryLayout {
    let values, quick, slow, last, before, drift, activity, timeLow, timeHigh, wasLate, count: Int

    init(model: Int, components n: Int) {
      values = model
      quick = values + n
      slow = quick + n
      last = slow + n
      before = last + n
      drift = before + n
      activity = drift + n
      timeLow = activity + 1
      timeHigh = timeLow + 1
      wasLate = timeHigh + 1
      count = wasLate + 1
    }
  }

  /// Prepares to code with a configuration.
  ///
  /// - Complexity: O(n³) once, n being the transform's components; about 1 ms.
  public init(configuration: StreamConfiguration, slots: Int = 64) {
    precondition(slots > 1)
    self.configuration = configuration
    self.slots = slots
    let n = configuration.transform.count
    components = n
    step = configuration.step
    model = ContextModel(components: n)
    layout = MemoryLayout(model: model.count, components: n)
    storage = .allocate(capacity: (slots + 1) * layout.count)
    storage.initialize(repeating: 0, count: (slots + 1) * layout.count)
    runs = Array(0..<slots)
    trialRun = slots
    shares = .allocate(capacity: n)
    for i in 0..<n { (shares + i).initialize(to: i == 0 ? 0 : 65536 / Int32(i)) }
    symbols = .allocate(capacity: n)
    symbols.initialize(repeating: 0, count: n)
    choices = .allocate(capacity: n * 4)
    choices.initialize(repeating: 0, count: n * 4)
    records = [Record](repeating: Record(), count: slots)
    forward = ForwardTransform(configuration.transform)
    targets = [Float](repeating: 0, count: 4 * n)
    activityBins = (0...70).map { v in
      UInt8([1, 3, 5, 8, 13, 19, 29, 45, 70].reduce(0) { $0 + (v >= $1 ? 1 : 0) })
    }
    decisions = [[UInt32]](repeating: [], count: slots)
    scratch = [Float](repeating: 0, count: n)
    levels = configuration.transform.levelScale.map { Self.levelClass($0 / configuration.step) }
    increments = configuration.transform.incrementScale.map {
      Int32(min(max($0 / configuration.step * 100, 4), 1536))
    }
  }

  deinit {
    storage.deallocate()
    shares.deallocate()
    symbols.deallocate()
    choices.deallocate()
  }

  /// Forgets every state.
  public func reset() { for i in records.indices { records[i].isPresent = false } }

  /// Whether a state is remembered.
  public func contains(_ n: UInt32) -> Bool {
    let r = records[Int(n % UInt32(slots))]
    return r.isPresent && r.number == n
  }

  /// What a remembered state was coded against; nil for a key state.
  public func reference(of n: UInt32) -> UInt32? {
    contains(n) ? records[Int(n % UInt32(slots))].reference : nil
  }

  /// The run of a remembered state.
  func memory(_ n: UInt32) -> UnsafeMutablePointer<Int32> {
    storage + runs[Int(n % UInt32(slots))] * layout.count
  }

  /// The run for trying out.
  var trial: UnsafeMutablePointer<Int32> { storage + trialRun * layout.count }

  /// Keeps what was tried out as a state.
  func remember(_ n: UInt32, reference: UInt32?, hasSymbols: Bool) {
    let slot = Int(n % UInt32(slots))
    swap(&runs[slot], &trialRun)
    records[slot] = Record(
      number: n, reference: reference, isPresent: true, hasSymbols: hasSymbols)
  }

  func forget(_ n: UInt32) { records[Int(n % UInt32(slots))].isPresent = false }

  /// Starts a run as a copy of the reference's, or as what is assumed of a key state.
  func prepare(_ m: UnsafeMutablePointer<Int32>, reference: UInt32?) {
    if let reference {
      m.update(from: memory(reference), count: layout.count)
      return
    }
    m.update(repeating: 0, count: layout.count)
    model.initialize(m)
    for i in 0..<components {
      m[layout.quick + i] = increments[i]
      m[layout.slow + i] = increments[i]
    }
    m[layout.activity] = 128
  }

  /// The expected size of a key's component, in steps, as one of 20 classes.
  private static func levelClass(_ steps: Float) -> Int32 {
    let k = ElementaryFunctions.log(max(steps, 1e-3)) * 2 + 3
    return min(max(Int32(k.rounded(.toNearestOrEven)), 0), 19)
  }

  /// Makes a state of what is remembered, as every receiver shows it.
  ///
  /// - Precondition: the state is remembered.
  public func state(_ n: UInt32, into state: inout AvatarState) {
    precondition(contains(n))
    let m = memory(n)
    let transform = configuration.transform
    let wanted = transform.count - StateCoordinates.correction
    if state.correction.count != wanted {
      state.correction = [Float](repeating: 0, count: wanted)
    }
    transform.coordinates(steps: m + layout.values, step: step, into: &scratch)
    StateCoordinates.read(scratch.span, reference: transform.reference, into: &state)
    state.face.time = Double(ticks(m)) / StreamConfiguration.ticksPerSecond
  }

  /// What signatures cover: the time in ticks, then every component in steps, little-endian.
  ///
  /// - Precondition: the state is remembered.
  public func canonicalBytes(_ n: UInt32) -> [UInt8] {
    precondition(contains(n))
    let m = memory(n)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + 4 * components)
    func word(_ v: Int32) {
      for shift in [0, 8, 16, 24] as [Int32] { bytes.append(UInt8(truncatingIfNeeded: v >> shift)) }
    }
    word(m[layout.timeLow])
    word(m[layout.timeHigh])
    for i in 0..<components { word(m[layout.values + i]) }
    return bytes
  }

  /// The time of a run in ticks.
  func ticks(_ m: UnsafeMutablePointer<Int32>) -> Int64 {
    Int64(m[layout.timeHigh]) << 32 | Int64(UInt32(bitPattern: m[layout.timeLow]))
  }

  func setTicks(_ m: UnsafeMutablePointer<Int32>, _ t: Int64) {
    m[layout.timeLow] = Int32(truncatingIfNeeded: t)
    m[layout.timeHigh] = Int32(truncatingIfNeeded: t >> 32)
  }
}
