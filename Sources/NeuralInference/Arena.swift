/// Gives tensors places in one block of memory; two share floats only if no step needs both.
struct Arena {
  /// The length of the block, in floats.
  private(set) var count = 0

  private struct Lease {
    let offset: Int
    let count: Int
    let tensor: Int
  }
  private var leases: [Lease] = []

  /// The lowest place where `count` floats fit beside those in use; aligned to 16 floats.
  mutating func take(_ count: Int, for tensor: Int) -> Int {
    // Kernels may read (never write) a vector past the end.
    let length = (count + 16 + 15) & ~15
    var offset = 0
    var place = leases.count
    for (index, lease) in leases.enumerated() {
      if lease.offset - offset >= length {
        place = index
        break
      }
      offset = lease.offset + lease.count
    }
    leases.insert(Lease(offset: offset, count: length, tensor: tensor), at: place)
    self.count = max(self.count, offset + length)
    return offset
  }

  /// Ends the use of a tensor's place.
  mutating func giveBack(_ tensor: Int) {
    leases.removeAll { $0.tensor == tensor }
  }
}
