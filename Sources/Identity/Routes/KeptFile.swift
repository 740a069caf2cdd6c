import Foundation
import HTTPTypes
import Hummingbird
import ServerSupport

/// Answers with files that are kept for people, and with less where the client has them.
enum KeptFile {
  /// The file, or that it is as the client has it; nil where there is none.
  static func answer(
    _ request: Request, path: String, within folder: String, sha256: String
  ) -> Response? {
    let tag = "\"\(sha256)\""
    var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
    let known = request.headers[values: .ifNoneMatch].joined(separator: ",").split(separator: ",")
    if known.contains(where: { isSame($0, tag) }) {
      return Response(status: .notModified, headers: headers)
    }
    guard let file = OpenFile(path, within: folder) else { return nil }
    headers[.contentType] = "application/octet-stream"
    headers[.contentLength] = String(file.size)
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(contentLength: file.size) { writer in
        try await file.write(to: &writer)
        try await writer.finish(nil)
      })
  }

  private static func isSame(_ candidate: Substring, _ tag: String) -> Bool {
    let candidate = candidate.trimmingCharacters(in: .whitespaces)
    return candidate == "*" || candidate == tag || candidate == "W/" + tag
  }
}
