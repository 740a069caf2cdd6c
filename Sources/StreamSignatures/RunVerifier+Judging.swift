extension RunVerifier {
  /// Judges the groups of a run whose states are all there.
  mutating func decide(_ r: Int) -> [GroupVerdict] {
    var verdicts: [GroupVerdict] = []
    let packet = runs[r].packet
    for k in 0..<packet.groupCount where !runs[r].isDecided[k] {
      let range = runs[r].group(k)
      let digests = range.compactMap { states.digest($0) }
      guard digests.count == range.count else { continue }
      let digest = SignatureDigests.of(digests)
      runs[r].isDecided[k] = true
      let isSame = Array(digest.prefix(8)) == packet.groups[k]
      if isSame { runs[r].digests[k] = digest }
      // The last group to come is judged by the long digest of all of them as well.
      let all = runs[r].digests.compactMap { $0 }
      let isWhole =
        all.count < packet.groupCount
        || Array(SignatureDigests.of(all).prefix(16)) == packet.whole
      if isSame && isWhole {
        let isNewer =
          lastVerified.map { ($0.wallClock, $0.number) < (packet.wallClock, range.upperBound) }
          ?? true
        if isNewer { lastVerified = (range.upperBound, packet.wallClock) }
        verdicts.append(GroupVerdict(range, .verified(wallClock: packet.wallClock)))
      } else {
        let bad = isSame ? runs[r].first...runs[r].last : range
        verdicts.append(
          GroupVerdict(
            range, .refused(.alteredStates(first: bad.lowerBound, last: bad.upperBound))))
      }
    }
    return verdicts
  }

  /// The groups of a run that nobody judged.
  func giveUp(_ run: SignedRun) -> [GroupVerdict] {
    run.isDecided.indices.filter { !run.isDecided[$0] }.map { k in
      let range = run.group(k)
      let missing = range.count { states.digest($0) == nil }
      return GroupVerdict(range, .incomplete(missing: missing))
    }
  }
}
