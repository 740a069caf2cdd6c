/// Memory that grows and is never shrunk, aligned to cache lines; contents are lost on growth.
///
/// Owned by whoever holds it, and given back by ``deallocate()``.
package struct Storage<Element: BitwiseCopyable> {
  package private(set) var pointer: UnsafeMutablePointer<Element>
  package private(set) var capacity: Int

  /// Memory for `capacity` elements and a cache line more, all zero bits.
  package init(capacity: Int) {
    self.capacity = capacity
    pointer = Self.allocate(capacity)
  }

  /// Makes room for `count` elements.
  package mutating func reserve(_ count: Int) {
    if count <= capacity { return }
    pointer.deallocate()
    capacity = count + count / 4
    pointer = Self.allocate(capacity)
  }

  package func deallocate() { pointer.deallocate() }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    let bytes = (capacity * MemoryLayout<Element>.stride + 127) & ~63
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return raw.bindMemory(to: Element.self, capacity: capacity)
  }
}
