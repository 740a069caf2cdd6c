internal import ExpressionStream

/// The tree of digests.
enum SignatureDigests {
  /// Of a state.
  static func of(_ state: CodedState) -> [UInt8] {
    var hash = SHA256()
    hash.update([UInt8(state.number & 255), UInt8(state.number >> 8 & 255)])
    hash.update(state.canonicalBytes)
    return hash.finalize()
  }

  /// Of digests one level below.
  static func of(_ digests: [[UInt8]]) -> [UInt8] {
    var hash = SHA256()
    for digest in digests { hash.update(digest) }
    return hash.finalize()
  }

  /// Of groups of so many states, the last of what is left.
  static func groups(_ digests: [[UInt8]], of size: Int) -> [[UInt8]] {
    stride(from: 0, to: digests.count, by: size).map {
      of(Array(digests[$0..<min($0 + size, digests.count)]))
    }
  }
}
