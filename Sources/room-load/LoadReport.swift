/// What was measured, as it is written to a file.
struct LoadReport: Codable {
  /// One number of people.
  struct Point: Codable {
    var people: Int
    var perRoom: Int
    /// Packets that the server took, and passed on, in one second.
    var packetsIn: Double
    var packetsOut: Double
    /// Packets that should have arrived and did not, of all.
    var lost: Double
    /// From the sender's encoder to the receiver's decoding, in milliseconds.
    var median: Double
    var p99: Double
    /// Processors that the server used, and this program, of as many as there are.
    var serverProcessors: Double
    var loadProcessors: Double
    /// Kilobytes that the server held.
    var residentKilobytes: Int
  }

  var processors: Int
  var statesPerSecond = LoadCrowd.statesPerSecond
  var points: [Point] = []
}
