/// JᵀWJ and JᵀWr of one frame, 64 × 64 with the residual as a column; see ``SolverColumns``.
///
/// Rows are added in chunks, in tiles of 8 × 8: only blocks in which the rows are not zero cost
/// anything.
struct NormalEquations {
  /// `[column][block]`; complete after ``mirror()``.
  var matrix = [SIMD8<Float>](
    repeating: .zero, count: SolverColumns.stride * SolverColumns.blockCount)

  /// Sets everything to zero.
  mutating func clear() {
    for i in matrix.indices { matrix[i] = .zero }
  }

  /// Adds aᵀa for every row a.
  ///
  /// - Parameters:
  ///   - rows: `[row][block]`, scaled by the root of their weights.
  ///   - count: How many rows there are.
  ///   - blocks: The blocks that may hold something other than zero.
  mutating func add(rows: Span<SIMD8<Float>>, count: Int, blocks: UInt8) {
    for i in 0..<SolverColumns.blockCount where blocks & (1 << UInt8(i)) != 0 {
      for j in i..<SolverColumns.blockCount where blocks & (1 << UInt8(j)) != 0 {
        var target = matrix.mutableSpan
        addTile(
          left: rows, leftStride: 8, leftBlock: i, right: rows, rightStride: 8, rightBlock: j,
          count: count, into: &target, stride: 8)
      }
    }
  }

  /// Copies the upper tiles to the lower ones.
  mutating func mirror() {
    for i in 0..<SolverColumns.stride {
      for j in 0..<(i / 8 * 8) {
        matrix[i * 8 + j / 8][j % 8] = matrix[j * 8 + i / 8][i % 8]
      }
    }
  }

  /// An entry.
  subscript(row: Int, column: Int) -> Float {
    get { matrix[row * 8 + column / 8][column % 8] }
    set { matrix[row * 8 + column / 8][column % 8] = newValue }
  }
}

/// Adds leftᵀ right of one pair of blocks over all rows: eight rows of the target.
///
/// Sixteen accumulators of four lanes are what the baseline has; hence two halves.
@inline(__always)
func addTile(
  left: Span<SIMD8<Float>>, leftStride: Int, leftBlock: Int, right: Span<SIMD8<Float>>,
  rightStride: Int, rightBlock: Int, count: Int, into target: inout MutableSpan<SIMD8<Float>>,
  stride: Int
) {
  for half in 0..<2 {
    var s0 = SIMD8<Float>.zero
    var s1 = SIMD8<Float>.zero
    var s2 = SIMD8<Float>.zero
    var s3 = SIMD8<Float>.zero
    for row in 0..<count {
      let a = left[row * leftStride + leftBlock]
      let b = right[row * rightStride + rightBlock]
      let q = half == 0 ? a.lowHalf : a.highHalf
      s0 += b * q.x
      s1 += b * q.y
      s2 += b * q.z
      s3 += b * q.w
    }
    let first = (leftBlock * 8 + half * 4) * stride + rightBlock
    target[first] += s0
    target[first + stride] += s1
    target[first + 2 * stride] += s2
    target[first + 3 * stride] += s3
  }
}
