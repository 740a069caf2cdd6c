/// Sorts splats by depth, far to near: a stable radix sort of depths quantised to 22 bits of
/// their range, in two passes.
///
/// Over an avatar's depth a step is below a micrometre, and equal depths keep the splats' order,
/// so the order is that of a comparison sort but for splats that are not distinguishable.
///
/// Not safe for use by two threads at once.
public final class DepthOrder {
  /// The most items that can be sorted.
  public let capacity: Int
  private let keys: UnsafeMutablePointer<UInt32>
  private let scratch: UnsafeMutablePointer<UInt32>
  private let histograms: UnsafeMutablePointer<UInt32>

  private static var digitBits: UInt32 { 11 }
  private static var digits: Int { 1 << Int(digitBits) }
  private static var largestKey: UInt32 { (1 << (2 * digitBits)) - 1 }

  /// Makes room for `capacity` items.
  public init(capacity: Int) {
    self.capacity = capacity
    keys = .allocate(capacity: max(capacity, 1))
    scratch = .allocate(capacity: max(capacity, 1))
    histograms = .allocate(capacity: 2 * Self.digits)
  }

  deinit {
    keys.deallocate()
    scratch.deallocate()
    histograms.deallocate()
  }

  /// Writes the order of `count` depths: indices, the greatest depth first.
  ///
  /// - Parameters:
  ///   - depths: any numbers; those not finite count as the farthest.
  ///   - order: receives `count` indices.
  /// - Complexity: O(count).
  public func sort(
    depths: UnsafePointer<Float>, count: Int, into order: UnsafeMutablePointer<UInt32>
  ) {
    precondition(count <= capacity)
    var nearest = Float.greatestFiniteMagnitude, farthest = -Float.greatestFiniteMagnitude
    for i in 0..<count where depths[i].magnitude < .greatestFiniteMagnitude {
      nearest = min(nearest, depths[i])
      farthest = max(farthest, depths[i])
    }
    let scale = Float(Self.largestKey) / max(farthest - nearest, 1e-20)

    let low = histograms, high = histograms + Self.digits
    let mask = UInt32(Self.digits - 1)
    low.update(repeating: 0, count: 2 * Self.digits)
    for i in 0..<count {
      // Not a number, infinite: all comparisons fail, key 0.
      let position = (farthest - depths[i]) * scale
      let key =
        position > 0 && position < .infinity
        ? UInt32(min(position, Float(Self.largestKey))) : 0
      keys[i] = key
      low[Int(key & mask)] += 1
      high[Int(key >> Self.digitBits)] += 1
    }
    var lowStart: UInt32 = 0, highStart: UInt32 = 0
    for d in 0..<Self.digits {
      (low[d], lowStart) = (lowStart, lowStart + low[d])
      (high[d], highStart) = (highStart, highStart + high[d])
    }
    for i in 0..<count {
      let digit = Int(keys[i] & mask)
      scratch[Int(low[digit])] = UInt32(i)
      low[digit] += 1
    }
    for k in 0..<count {
      let i = scratch[k]
      let digit = Int(keys[Int(i)] >> Self.digitBits)
      order[Int(high[digit])] = i
      high[digit] += 1
    }
  }
}
