import HTTPTypes
import Hummingbird
import NIOCore
import ServerMetrics

/// The page for Prometheus: for this machine, and for who shows its key.
struct MetricsRoutes: Sendable {
  let metrics: PrometheusMetrics

  func add(to router: Router<ServerContext>) {
    router.get("/metrics") { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: PrometheusMetrics.contentType, .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text())))
    }
  }
}
