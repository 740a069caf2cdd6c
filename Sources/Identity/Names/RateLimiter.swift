import Synchronization

/// How often something may be asked from one address: so many at once, and so many a minute.
///
/// Memory is bounded: an address that asked for nothing lately is forgotten, and when too many ask at
/// once, the new ones share one bucket.
final class RateLimiter: Sendable {
  private struct Bucket {
    /// What is left, and when that was so, in milliseconds.
    var left: Double
    var at: Int64
  }

  /// Requests at once.
  let burst: Double
  /// Requests a millisecond.
  private let rate: Double
  private let mostAddresses: Int
  private let buckets = Mutex<[String: Bucket]>([:])

  /// - Parameters:
  ///   - burst: how many may come at once.
  ///   - perMinute: how many may come in the long run.
  ///   - mostAddresses: how many addresses are told apart.
  init(burst: Int, perMinute: Int, mostAddresses: Int = 8192) {
    self.burst = Double(burst)
    rate = Double(perMinute) / 60_000
    self.mostAddresses = mostAddresses
  }

  /// Counts a request.
  ///
  /// - Parameter address: as ``group(of:)`` gives it.
  /// - Throws: ``IdentityError/tooManyRequests(seconds:)``.
  func take(_ address: String, now: Int64) throws(IdentityError) {
    let missing: Double = buckets.withLock { known in
      var name = address
      if known[name] == nil, known.count >= mostAddresses {
        known = known.filter { self.left($0.value, now) < burst }
        if known.count >= mostAddresses { name = "" }
      }
      let bucket = known[name]
      let rest = bucket.map { self.left($0, now) } ?? burst
      // What was refused costs nothing.
      known[name] = Bucket(left: rest >= 1 ? rest - 1 : rest, at: now)
      return rest >= 1 ? 0 : 1 - rest
    }
    if missing > 0 { throw .tooManyRequests(seconds: Int((missing / rate / 1000).rounded(.up))) }
  }

  /// How many addresses are remembered.
  var count: Int { buckets.withLock { $0.count } }

  private func left(_ bucket: Bucket, _ now: Int64) -> Double {
    min(burst, bucket.left + Double(max(0, now - bucket.at)) * rate)
  }

  /// What is taken for one address: of IPv6 the network, since a house has many.
  static func group(of address: String) -> String {
    guard address.contains(":"), !address.contains(".") else { return address }
    // Written out, an address has eight groups; the first four are the network.
    let halves = address.split(separator: "%")[0].components("::")
    let front = halves[0].split(separator: ":")
    if front.count >= 4 || halves.count < 2 { return front.prefix(4).joined(separator: ":") + "::" }
    let back = halves[1].split(separator: ":")
    let zeros = [Substring](repeating: "0", count: max(0, 8 - front.count - back.count))
    return (front + zeros + back).prefix(4).joined(separator: ":") + "::"
  }
}

extension Substring {
  /// The parts between a separator.
  fileprivate func components(_ separator: String) -> [Substring] {
    guard let range = self.firstRange(of: separator) else { return [self] }
    return [self[..<range.lowerBound], self[range.upperBound...]]
  }
}
