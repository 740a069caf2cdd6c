internal import CLanes

typealias Lanes8 = SIMD8<Float>
typealias FloatPointer = UnsafeMutablePointer<Float>

@inline(__always)
func load(_ p: UnsafePointer<Float>, _ i: Int) -> Lanes8 {
  UnsafeRawPointer(p + i).loadUnaligned(as: Lanes8.self)
}

@inline(__always)
func store(_ p: FloatPointer, _ i: Int, _ v: Lanes8) {
  UnsafeMutableRawPointer(p + i).storeBytes(of: v, as: Lanes8.self)
}

/// a + b · c, fused where the processor can.
@inline(__always)
func fma(_ a: Lanes8, _ b: Lanes8, _ c: Lanes8) -> Lanes8 {
  #if HAS_FMA
    a.addingProduct(b, c)
  #else
    a + b * c
  #endif
}

// A tile is 8 pixels wide. `Rows` holds as many of its rows as one vector takes: two with AVX-512,
// else one.
#if HAS_AVX512
  typealias Rows = SIMD16<Float>
  typealias RowBits = SIMD16<Int32>

  @inline(__always)
  func repeatedInRows(_ v: Lanes8) -> Rows { Rows(lowHalf: v, highHalf: v) }

  @inline(__always)
  func addedOverRows(_ v: Rows) -> Lanes8 { v.lowHalf + v.highHalf }

  /// The offset of each lane's row from the vector's first row.
  @inline(__always)
  func rowOffsets() -> Rows {
    Rows(lowHalf: Lanes8(repeating: 0), highHalf: Lanes8(repeating: 1))
  }

  @inline(__always)
  func reciprocal(_ v: Rows) -> Rows { lanes_reciprocal16(v) }

  @inline(__always)
  func maximum(_ a: Rows, _ b: Rows) -> Rows { lanes_max16(a, b) }

  @inline(__always)
  func fma(_ a: Rows, _ b: Rows, _ c: Rows) -> Rows { a.addingProduct(b, c) }

  @inline(__always)
  func loadRows(_ p: UnsafePointer<Float>, _ i: Int) -> Rows {
    UnsafeRawPointer(p + i).loadUnaligned(as: Rows.self)
  }

  @inline(__always)
  func storeRows(_ p: FloatPointer, _ i: Int, _ v: Rows) {
    UnsafeMutableRawPointer(p + i).storeBytes(of: v, as: Rows.self)
  }
#else
  typealias Rows = SIMD8<Float>
  typealias RowBits = SIMD8<Int32>

  @inline(__always)
  func repeatedInRows(_ v: Lanes8) -> Rows { v }

  @inline(__always)
  func addedOverRows(_ v: Rows) -> Lanes8 { v }

  @inline(__always)
  func rowOffsets() -> Rows { Rows(repeating: 0) }

  @inline(__always)
  func reciprocal(_ v: Rows) -> Rows { lanes_reciprocal8(v) }

  @inline(__always)
  func maximum(_ a: Rows, _ b: Rows) -> Rows { lanes_max8(a, b) }

  @inline(__always)
  func loadRows(_ p: UnsafePointer<Float>, _ i: Int) -> Rows { load(p, i) }

  @inline(__always)
  func storeRows(_ p: FloatPointer, _ i: Int, _ v: Rows) { store(p, i, v) }
#endif

/// Rows of a tile in one vector.
@inline(__always)
var rowsPerVector: Int { Rows.scalarCount / 8 }

/// Vectors a tile.
@inline(__always)
var vectorsPerTile: Int { tileHeight / rowsPerVector }

/// The x offsets of the 8 pixel centres of a tile's row.
@inline(__always)
var pixelCenters: Lanes8 { Lanes8(0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5) }

@inline(__always)
var laneIndices: Lanes8 { Lanes8(0, 1, 2, 3, 4, 5, 6, 7) }

/// 2ˣ for |x| < 100, to a relative 10⁻⁴: rounding by the magic number 1.5 · 2²³, a cubic minimax
/// polynomial on ±½, the integer part added to the exponent's bits.
@inline(__always)
func exp2(_ x: Rows) -> Rows {
  let magic = Rows(repeating: 12_582_912)
  let shifted = x + magic
  let f = x - (shifted - magic)
  let exponent = unsafeBitCast(shifted, to: RowBits.self) &<< 23
  var p = fma(Rows(repeating: 0.24261115), f, Rows(repeating: 0.0551714948))
  p = fma(Rows(repeating: 0.693261034), f, p)
  p = fma(Rows(repeating: 0.999928074), f, p)
  return unsafeBitCast(unsafeBitCast(p, to: RowBits.self) &+ exponent, to: Rows.self)
}

/// log₂ x for normal x > 0, to 10⁻⁷: the exponent's bits and 2 artanh((m − 1) / (m + 1)).
@inline(__always)
func log2(_ x: Lanes8) -> Lanes8 {
  let bits = unsafeBitCast(x, to: SIMD8<Int32>.self)
  let exponent = (bits &- 0x3F35_04F3) &>> 23
  let m = unsafeBitCast(bits &- (exponent &<< 23), to: Lanes8.self)
  let t = (m - 1) / (m + 1)
  let s = t * t
  var p = fma(Lanes8(repeating: 1.0 / 7), s, Lanes8(repeating: 1.0 / 9))
  p = fma(Lanes8(repeating: 1.0 / 5), s, p)
  p = fma(Lanes8(repeating: 1.0 / 3), s, p)
  p = fma(Lanes8(repeating: 1), s, p)
  return fma(lanes_to_float8(exponent), t * p, Lanes8(repeating: 2.8853900817779268))
}
