/// What a binary decision is coded by: a range encoder, a range decoder, or nothing but arithmetic.
protocol DecisionCoder {
  /// The symbol to code for a component; a decoder's answer is not looked at.
  mutating func symbol(of component: Int) -> Int32
  /// Codes one decision and returns it; a decoder ignores `bit` and returns the one it reads.
  ///
  /// - Parameter one: the probability of 1, in 1/65536, 1…65535.
  mutating func code(_ bit: Int32, one: Int32) -> Int32
}

extension DecisionCoder {
  /// Codes the `count` lowest bits of `bits`, highest first, each as likely as not.
  mutating func codeEvenly(_ bits: UInt32, count: Int) -> UInt32 {
    var result: UInt32 = 0
    for k in stride(from: count - 1, through: 0, by: -1) {
      result = result << 1 | UInt32(code(Int32(bits >> UInt32(k) & 1), one: 32768))
    }
    return result
  }
}

/// Turns binary decisions of known probability into bytes: a carry-less binary arithmetic coder.
///
/// The interval `low…high` of 32-bit numbers is cut in proportion to the probability; leading bytes
/// on which both ends agree are written out. (Range coding: Martin 1979; this form: Mahoney's.)
public struct RangeEncoder: Sendable {
  /// The bytes so far; complete after ``finish()``.
  public private(set) var bytes: [UInt8] = []
  private var low: UInt32 = 0
  private var high: UInt32 = .max

  /// Starts empty.
  public init() {}

  /// Starts anew, keeping the memory.
  public mutating func restart() {
    bytes.removeAll(keepingCapacity: true)
    low = 0
    high = .max
  }

  mutating func encode(_ bit: Int32, one: Int32) {
    let middle = low + UInt32((UInt64(high - low) * UInt64(one)) >> 16)
    if bit != 0 { high = middle } else { low = middle + 1 }
    while (low ^ high) >> 24 == 0 {
      bytes.append(UInt8(high >> 24))
      low <<= 8
      high = high << 8 | 255
    }
  }

  /// Ends with as few bytes as identify the interval, zero bytes being implied after the last.
  public mutating func finish() {
    if low > 0 {
      var shift: UInt32 = 24
      while shift > 0 {
        let candidate = (high >> shift) << shift
        if candidate >= low { break }
        shift -= 8
      }
      let value = shift == 0 ? high : (high >> shift) << shift
      var at: UInt32 = 24
      while true {
        bytes.append(UInt8(truncatingIfNeeded: value >> at))
        if at == shift { break }
        at -= 8
      }
    }
    while bytes.last == 0 { bytes.removeLast() }
    low = 0
    high = .max
  }
}

/// Reads the decisions that a ``RangeEncoder`` wrote; any bytes can be read.
public struct RangeDecoder: Sendable {
  private let bytes: [UInt8]
  private var next: Int
  private let end: Int
  private var low: UInt32 = 0
  private var high: UInt32 = .max
  private var value: UInt32 = 0

  /// Reads a part of some bytes, as if zeros followed.
  ///
  /// - Precondition: the range lies in the bytes.
  public init(_ bytes: [UInt8], in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    next = range.lowerBound
    end = range.upperBound
    for _ in 0..<4 { value = value << 8 | nextByte() }
  }

  /// How many implied zero bytes have been read: more than four mean that bytes are missing.
  public var bytesPastEnd: Int { max(0, next - end) }

  private mutating func nextByte() -> UInt32 {
    let byte: UInt32 = next < end ? UInt32(bytes[next]) : 0
    next += 1
    return byte
  }

  mutating func decode(one: Int32) -> Int32 {
    let middle = low + UInt32((UInt64(high - low) * UInt64(one)) >> 16)
    let bit: Int32
    if value <= middle {
      bit = 1
      high = middle
    } else {
      bit = 0
      low = middle + 1
    }
    while (low ^ high) >> 24 == 0 {
      low <<= 8
      high = high << 8 | 255
      value = value << 8 | nextByte()
    }
    return bit
  }
}
