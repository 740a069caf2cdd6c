/// The header `Range` (RFC 9110, section 14), as far as one range goes.
enum ByteRange: Equatable {
  /// The whole file: no header, another unit, several ranges, or nonsense, all to be ignored.
  case whole
  /// Some of it.
  case part(Range<Int>)
  /// Nothing of it.
  case outside

  init(_ header: String?, size: Int) {
    guard let header, header.hasPrefix("bytes=") else {
      self = .whole
      return
    }
    let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
    else {
      self = .whole
      return
    }
    switch (ends[0].isEmpty, ends[1].isEmpty) {
    case (true, true): self = .whole
    case (true, false):
      // The last bytes.
      let count = min(Int(ends[1]) ?? .max, size)
      self = count == 0 ? .outside : .part(size - count..<size)
    case (false, let isOpen):
      let first = Int(ends[0]) ?? .max
      let last = isOpen ? size - 1 : min(Int(ends[1]) ?? .max, size - 1)
      if !isOpen, let end = Int(ends[1]), end < first {
        self = .whole
      } else {
        self = first < size ? .part(first..<last + 1) : .outside
      }
    }
  }
}
