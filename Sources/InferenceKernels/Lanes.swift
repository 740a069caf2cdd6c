import CLanes

/// A vector of floats: eight or sixteen, so that a kernel is written once for both.
protocol Lanes {
  static var width: Int { get }
  init(repeating value: Float)
  static func load(_ address: UnsafePointer<Float>) -> Self
  func store(_ address: UnsafeMutablePointer<Float>)
  func plus(_ other: Self) -> Self
  func times(_ other: Self) -> Self
  /// self + a × b, fused where the processor can.
  func adding(_ a: Self, times b: Self) -> Self
  func minimum(_ other: Self) -> Self
  func maximum(_ other: Self) -> Self
  /// Keeps the first `count` lanes; the others become 0.
  func keeping(_ count: Int) -> Self
}

extension SIMD8<Float>: Lanes {
  @inline(__always) static var width: Int { 8 }
  @inline(__always) static func load(_ address: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(address).loadUnaligned(as: Self.self)
  }
  @inline(__always) func store(_ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func adding(_ a: Self, times b: Self) -> Self {
    #if HAS_FMA
      addingProduct(a, b)
    #else
      self + a * b
    #endif
  }
  @inline(__always) func minimum(_ other: Self) -> Self { lanes_min8(self, other) }
  @inline(__always) func maximum(_ other: Self) -> Self { lanes_max8(self, other) }
  @inline(__always) func keeping(_ count: Int) -> Self {
    let index = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7)
    return SIMD8<Float>(repeating: 0).replacing(
      with: self, where: index .< SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: count)))
  }
}

extension SIMD16<Float>: Lanes {
  @inline(__always) static var width: Int { 16 }
  @inline(__always) static func load(_ address: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(address).loadUnaligned(as: Self.self)
  }
  @inline(__always) func store(_ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func times(_ other: Self) -> Self { self * other }
  @inline(__always) func adding(_ a: Self, times b: Self) -> Self {
    #if HAS_FMA
      addingProduct(a, b)
    #else
      self + a * b
    #endif
  }
  @inline(__always) func minimum(_ other: Self) -> Self { lanes_min16(self, other) }
  @inline(__always) func maximum(_ other: Self) -> Self { lanes_max16(self, other) }
  @inline(__always) func keeping(_ count: Int) -> Self {
    let index = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return SIMD16<Float>(repeating: 0).replacing(
      with: self, where: index .< SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: count)))
  }
}

/// The widest vector this build of the kernels works with: weights are packed in panels of it.
public func panelWidth() -> Int { Int(LANES_NATIVE_WIDTH) }
