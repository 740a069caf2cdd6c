/// Two interleaved quantisers, one of which is in force for each component.
///
/// The first has the even multiples of a step, the second the odd ones and zero; the parities of the
/// symbols before decide which is in force. Each is half as fine as both together, so a sender that
/// chooses among the ways through a state (``StateCoder/chooseSymbols(_:number:distance:depth:)``)
/// gets closer to where components should be at the same bits. (Trellis-coded quantisation: Marcellin
/// and Fischer 1990; this form: Schwarz et al., "Hybrid video coding with trellis-coded
/// quantization", DCC 2019.)
enum DependentQuantizer {
  /// The condition, of four, after a symbol; a state begins in condition 0.
  @inline(__always)
  static func next(_ condition: Int32, _ symbol: Int32) -> Int32 {
    // Rows 0 2, 2 0, 1 3, 3 1 by condition and parity, two bits each.
    Int32((0x7D28 as UInt32) >> UInt32(condition &* 4 &+ (symbol & 1) &* 2) & 3)
  }

  /// How many steps a symbol moves a component.
  @inline(__always)
  static func movement(_ symbol: Int32, _ condition: Int32) -> Int32 {
    condition < 2 ? symbol &* 2 : symbol &* 2 &- symbol.signum()
  }

  /// Conditions whose symbols are alike, as one of three classes.
  @inline(__always)
  static func kind(_ condition: Int32) -> Int32 { max(condition &- 1, 0) }
}
