import NIOConcurrencyHelpers
import NIOCore

/// Writes for the sockets of one event loop: at once when little is going on, gathered when much is.
///
/// A write costs the system some microseconds whatever its size. Sockets that have something to write
/// are marked; a tick writes for all of them. The next tick comes after as much time as the last one's
/// writes are worth, at most ``longest``: with few writes that is nothing, and a tick runs as soon as
/// the loop has read what there is.
final class RelayLoop: Sendable {
  /// What one write is worth, in nanoseconds.
  static let nanosecondsPerWrite: UInt64 = 40_000
  /// The longest that anything waits to be gathered, in nanoseconds.
  static let longest: UInt64 = 20_000_000
  /// Shorter waits are none: a timer costs more.
  static let shortest: UInt64 = 500_000

  let eventLoop: any EventLoop
  /// Space to unmask frames in.
  // Safe because it is used on the event loop alone.
  nonisolated(unsafe) let scratch: UnsafeMutableRawBufferPointer
  /// What happened since the last look; used on the event loop alone.
  let tally: NIOLoopBound<RelayTally>

  private let metrics: RoomMetrics
  private let state = NIOLockedValueBox(State())
  private let sockets: NIOLoopBoundBox<[ObjectIdentifier: RoomSocket]>

  private struct State {
    var marked: [RoomSocket] = []
    var spare: [RoomSocket] = []
    var isScheduled = false
    var nextTick: UInt64 = 0
    var firstMark: UInt64 = 0
  }

  /// Must be called on the event loop.
  init(eventLoop: any EventLoop, metrics: RoomMetrics, limits: SocketLimits) {
    self.eventLoop = eventLoop
    self.metrics = metrics
    // One for each event loop, for as long as the process runs.
    scratch = .allocate(
      byteCount: FrameReader.scratchBytes(
        .init(textBytes: limits.textBytes, binaryBytes: RelayPacket.mostBytes)), alignment: 16)
    tally = NIOLoopBound(RelayTally(), eventLoop: eventLoop)
    sockets = NIOLoopBoundBox([:], eventLoop: eventLoop)
    eventLoop.scheduleRepeatedTask(
      initialDelay: .milliseconds(500), delay: .milliseconds(500)
    ) { [weak self] task in
      guard let self else { return task.cancel() }
      look()
    }
  }

  deinit { scratch.deallocate() }

  /// A socket has something to write; from any thread, once until it was flushed.
  func mark(_ socket: RoomSocket) {
    let now = NIODeadline.now().uptimeNanoseconds
    let wait: UInt64? = state.withLockedValue { state in
      state.marked.append(socket)
      guard !state.isScheduled else { return nil }
      state.isScheduled = true
      state.firstMark = now
      return state.nextTick > now ? state.nextTick - now : 0
    }
    guard let wait else { return }
    if wait < Self.shortest {
      eventLoop.execute { self.tick() }
    } else {
      eventLoop.scheduleTask(in: .nanoseconds(Int64(wait))) { self.tick() }
    }
  }

  /// Begins to look after a socket; on the event loop.
  func add(_ socket: RoomSocket) { sockets.value[ObjectIdentifier(socket)] = socket }

  /// Ends to look after a socket; on the event loop.
  func remove(_ socket: RoomSocket) { sockets.value[ObjectIdentifier(socket)] = nil }

  /// Closes all sockets of this loop.
  func closeAll(_ failure: WebSocketFailure) {
    eventLoop.execute { [sockets] in
      for socket in sockets.value.values { socket.close(failure) }
    }
  }

  /// The bytes that wait or are held for this loop's sockets; from any thread.
  var heldBytes: Int {
    let sockets = (try? eventLoop.submit { [sockets] in Array(sockets.value.values) }.wait()) ?? []
    return sockets.reduce(0) { $0 + $1.heldBytes }
  }

  private func tick() {
    var (marked, firstMark) = state.withLockedValue { state in
      var marked: [RoomSocket] = []
      swap(&marked, &state.marked)
      swap(&state.marked, &state.spare)
      state.isScheduled = false
      return (marked, state.firstMark)
    }
    var writes: UInt64 = 0
    for socket in marked where socket.flush() { writes += 1 }
    let now = NIODeadline.now().uptimeNanoseconds
    tally.value.delay = max(tally.value.delay, now &- firstMark)
    tally.value.writes += Int(writes)
    marked.removeAll(keepingCapacity: true)
    state.withLockedValue { state in
      state.nextTick = now + min(writes * Self.nanosecondsPerWrite, Self.longest)
      if state.spare.capacity < marked.capacity { swap(&state.spare, &marked) }
    }
  }

  private func look() {
    let now = NIODeadline.now().uptimeNanoseconds
    for socket in sockets.value.values {
      tally.value.dropped += socket.look(now: now)
    }
    metrics.report(tally.value.take())
  }
}
