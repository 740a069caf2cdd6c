import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServerSupport

/// Everything that is stored: taken along, and removed.
struct DataRoutes: Sendable {
  let folder: DataFolder
  let library: AvatarLibrary
  let uploads: UploadStore
  let queue: EnrollmentQueue
  let settings: ServerSettings

  private struct Server: Encodable {
    struct Limits: Encodable {
      var uploadBytes, chunkBytes, openUploads, queuedEnrollments: Int
      var abandonedSeconds: Double
    }
    var name = "visavis"
    var tus = Tus.version
    var limits: Limits
    var qualities = EnrollmentOrder.Quality.allCases
  }

  func add(to router: Router<ServerContext>) {
    router.get("/api/health") { _, _ in Response.json(["status": "ready"]) }
    router.get("/api") { _, _ in
      let limits = settings.limits
      return Response.json(
        Server(
          limits: .init(
            uploadBytes: limits.uploadBytes, chunkBytes: limits.chunkBytes,
            openUploads: limits.openUploads, queuedEnrollments: limits.queuedEnrollments,
            abandonedSeconds: limits.abandonedSeconds)))
    }
    router.get("/api/data") { _, _ in
      var response = Response(
        status: .ok,
        headers: [
          .contentType: "application/x-tar", .cacheControl: "no-store",
          .contentDisposition: "attachment; filename=\"visavis.tar\"",
        ])
      response.body = export()
      return response
    }
    router.delete("/api/data") { _, _ in
      await queue.removeAll()
      await uploads.removeAll()
      library.removeAll()
      return Response(status: .noContent)
    }
  }

  /// All files but the server's own secrets, as they are read.
  private func export() -> ResponseBody {
    let root = folder.path
    return ResponseBody { writer in
      for part in ["avatars", "enrollments", "uploads"] {
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: root + "/" + part)) ?? []
        {
          let path = part + "/" + name
          guard let file = OpenFile(root + "/" + path, within: root) else { continue }
          try await writer.write(
            ByteBuffer(
              bytes: TarArchive.header(
                name: "visavis/" + path, size: file.size, modified: file.modified)))
          var offset = 0
          while offset < file.size {
            let bytes = try await file.read(at: offset, count: min(1 << 16, file.size - offset))
            offset += bytes.readableBytes
            try await writer.write(bytes)
          }
          try await writer.write(ByteBuffer(bytes: TarArchive.padding(after: file.size)))
        }
      }
      try await writer.write(ByteBuffer(bytes: TarArchive.end))
      try await writer.finish(nil)
    }
  }
}
