import Foundation
import NIOCore
import NIOPosix

/// All simulated participants, and when they speak.
final class LoadCrowd: Sendable {
  /// States of a participant in one second.
  static let statesPerSecond = 30

  /// What was measured.
  struct Measurement: Sendable {
    var seconds: Double
    var sent: Int
    var received: Int
    var expected: Int
    var delays: DelayHistogram
  }

  let clients: [LoadClient]
  private let channels: [any Channel]
  private let histograms: [DelayHistogram]
  private let group: MultiThreadedEventLoopGroup
  private let perRoom: Int

  private init(
    _ clients: [LoadClient], _ channels: [any Channel], _ histograms: [DelayHistogram],
    _ group: MultiThreadedEventLoopGroup, perRoom: Int
  ) {
    self.histograms = histograms
    self.clients = clients
    self.channels = channels
    self.group = group
    self.perRoom = perRoom
  }

  /// Has people enter rooms, some at a time, from several addresses of this machine.
  static func enter(
    _ places: [LoadClient.Place], perRoom: Int, port: Int, threads: Int = 1
  ) async throws -> LoadCrowd {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    var histograms: [ObjectIdentifier: DelayHistogram] = [:]
    for loop in group.makeIterator() { histograms[ObjectIdentifier(loop)] = DelayHistogram() }
    var clients: [LoadClient] = []
    var channels: [any Channel] = []
    for batch in stride(from: 0, to: places.count, by: 64) {
      var waits: [EventLoopFuture<Void>] = []
      for place in places[batch..<min(batch + 64, places.count)] {
        let loop = group.next()
        let welcomed = loop.makePromise(of: Void.self)
        let client = LoadClient(
          place, delays: histograms[ObjectIdentifier(loop)] ?? DelayHistogram(), welcomed: welcomed)
        clients.append(client)
        waits.append(welcomed.futureResult)
        channels.append(
          try await ClientBootstrap(group: loop)
            .bind(to: try SocketAddress(ipAddress: Self.address(place.person), port: 0))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
              channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(client)
              }
            }
            .connect(host: "127.0.0.1", port: port).get())
      }
      for wait in waits { try await wait.get() }
    }
    return LoadCrowd(
      clients, channels, Array(histograms.values), group, perRoom: perRoom)
  }

  /// An address of this machine for each 200 people.
  private static func address(_ person: Int) -> String { "127.0.0.\(2 + person / 200)" }

  /// Has everybody speak for a while, and measures the last part of it.
  func speak(warmUp: Double, seconds: Double) async throws -> Measurement {
    let period = 1_000_000_000 / UInt64(Self.statesPerSecond)
    let start = NIODeadline.now().uptimeNanoseconds
    var tasks: [RepeatedTask] = []
    for loop in group.makeIterator() {
      let mine = zip(clients, channels).enumerated().filter { $0.element.1.eventLoop === loop }
      let count = UInt64(max(clients.count, 1))
      let schedule = Schedule(
        mine.map { ($0.element.0, due: start + UInt64($0.offset) * period / count) })
      tasks.append(
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
          schedule.send(period: period)
        })
    }
    try await Task.sleep(for: .seconds(warmUp))
    try await each { client in
      client.reset()
      client.isMeasuring = true
    }
    let begin = NIODeadline.now().uptimeNanoseconds
    try await Task.sleep(for: .seconds(seconds))
    try await each { $0.isMeasuring = false }
    let end = NIODeadline.now().uptimeNanoseconds
    for task in tasks { task.cancel() }
    var result = Measurement(
      seconds: Double(end - begin) / 1e9, sent: 0, received: 0, expected: 0,
      delays: DelayHistogram())
    for client in clients {
      result.sent += client.sent
      result.received += client.received
    }
    for histogram in histograms { result.delays.add(histogram) }
    result.expected = result.sent * (perRoom - 1)
    return result
  }

  /// When each client of one event loop speaks next; used on that loop alone.
  private final class Schedule: @unchecked Sendable {
    // Safe because of that.
    private var entries: [(client: LoadClient, due: UInt64)]

    init(_ entries: [(LoadClient, due: UInt64)]) {
      self.entries = entries.map { (client: $0.0, due: $0.due) }
    }

    func send(period: UInt64) {
      let now = NIODeadline.now().uptimeNanoseconds
      for index in entries.indices where entries[index].due <= now {
        entries[index].due += period
        entries[index].client.send(now: NIODeadline.now().uptimeNanoseconds)
      }
    }
  }

  /// Calls for each client on its event loop.
  private func each(_ body: @escaping @Sendable (LoadClient) -> Void) async throws {
    for (client, channel) in zip(clients, channels) {
      try await channel.eventLoop.submit { body(client) }.get()
    }
  }

  /// Closes all connections without a word.
  func leave() async throws {
    for channel in channels { channel.close(promise: nil) }
    for channel in channels { try? await channel.closeFuture.get() }
    try await group.shutdownGracefully()
  }
}
