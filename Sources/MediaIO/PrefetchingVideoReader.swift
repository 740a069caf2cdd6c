import Foundation

/// Decodes a video's frames a little ahead, on a thread of its own.
///
/// Delivers exactly what the reader would, errors included. At most `depth` frames wait.
public final class PrefetchingVideoReader {
  /// What is known before reading.
  public let description: VideoDescription

  private let queue: Queue

  /// Takes over a reader and starts decoding.
  ///
  /// - Parameter depth: How many frames may wait, at least 1.
  public init(_ reader: sending VideoReader, depth: Int = 3) {
    description = reader.description
    let queue = Queue(capacity: max(1, depth))
    self.queue = queue
    let box = Box(reader: reader)
    Thread { queue.fill(from: box.reader) }.start()
  }

  deinit { queue.cancel() }

  /// The next frame, or nil after the last.
  ///
  /// - Throws: What `VideoReader.next()` threw.
  public func next() throws(MediaError) -> VideoFrame? {
    try queue.take()
  }

  /// How many frames were left out, up to the last one delivered or waiting.
  public var damagedFrameCount: Int { queue.damagedFrameCount }

  // Safe because the reader was sent here and only the thread that receives the box uses it.
  private struct Box: @unchecked Sendable {
    let reader: VideoReader
  }

  // Safe because every access to the variables holds the condition's lock.
  private final class Queue: @unchecked Sendable {
    private let condition = NSCondition()
    private let capacity: Int
    private var frames: [VideoFrame] = []
    private var failure: MediaError?
    private var isFinished = false
    private var isCancelled = false
    private var damaged = 0

    init(capacity: Int) { self.capacity = capacity }

    var damagedFrameCount: Int {
      condition.withLock { damaged }
    }

    func cancel() {
      condition.withLock {
        isCancelled = true
        condition.broadcast()
      }
    }

    func fill(from reader: VideoReader) {
      while true {
        var frame: VideoFrame?
        var failure: MediaError?
        do throws(MediaError) { frame = try reader.next() } catch { failure = error }
        condition.lock()
        defer { condition.unlock() }
        damaged = reader.damagedFrameCount
        while frames.count >= capacity && !isCancelled { condition.wait() }
        if let frame { frames.append(frame) }
        self.failure = failure
        isFinished = frame == nil
        condition.broadcast()
        if isFinished || isCancelled { return }
      }
    }

    func take() throws(MediaError) -> VideoFrame? {
      condition.lock()
      defer { condition.unlock() }
      while frames.isEmpty && !isFinished { condition.wait() }
      if !frames.isEmpty {
        defer { condition.broadcast() }
        return frames.removeFirst()
      }
      if let failure { throw failure }
      return nil
    }
  }
}
