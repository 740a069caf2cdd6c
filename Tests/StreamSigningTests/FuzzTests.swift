import Testing

@testable import stream_fuzz

@Suite struct FuzzTests {
  @Test func `a hundred thousand spoilt inputs end in answers or typed errors`() {
    var fuzzer = Fuzzer(seed: 20)
    for _ in 0..<100_000 { fuzzer.step() }
    let c = fuzzer.counts
    #expect(c.total == 100_000)
    // The spoiling is neither too coarse nor too fine to reach what lies behind the checks.
    #expect(c.accepted > 5_000 && c.refused > 50_000 && c.states > 10_000)
    #expect(c.packets > 40_000 && c.answers > 8_000 && c.riders > 4_000)
  }
}
