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

/// −1, 0 or 1.
@inline(__always)
func sign(_ v: Lanes8) -> Lanes8 {
  let zero = Lanes8(repeating: 0), one = Lanes8(repeating: 1)
  return zero.replacing(with: one, where: v .> zero) - zero.replacing(with: one, where: v .< zero)
}

/// 0…7, to find the lanes beyond the end of a row.
@inline(__always)
var laneIndices: Lanes8 { Lanes8(0, 1, 2, 3, 4, 5, 6, 7) }

/// The luma of a colour (ITU-R BT.601).
@inline(__always)
func luma(_ red: Lanes8, _ green: Lanes8, _ blue: Lanes8) -> Lanes8 {
  fma(fma(red * 0.299, green, Lanes8(repeating: 0.587)), blue, Lanes8(repeating: 0.114))
}
