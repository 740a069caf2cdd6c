import NIOConcurrencyHelpers
import ServiceLifecycle

/// Knows whether the server is about to end, so that nobody new is sent to it.
final class EndingService: Service {
  private let ended = NIOLockedValueBox(false)

  /// Whether the process was asked to end.
  var isEnding: Bool { ended.withLockedValue { $0 } }

  func run() async throws {
    await withGracefulShutdownHandler {
      try? await gracefulShutdown()
    } onGracefulShutdown: {
      self.ended.withLockedValue { $0 = true }
    }
  }
}
