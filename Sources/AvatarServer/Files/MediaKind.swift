/// How a kind of file is served.
struct MediaKind {
  /// Its media type.
  let type: String
  /// Whether gzip makes it markedly smaller.
  let isCompressible: Bool

  /// What a file's name says.
  init(path: String) {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    (type, isCompressible) =
      switch ending {
      case "html": ("text/html; charset=utf-8", true)
      case "css": ("text/css; charset=utf-8", true)
      case "js", "mjs": ("text/javascript; charset=utf-8", true)
      case "json", "map": ("application/json", true)
      case "webmanifest": ("application/manifest+json", true)
      case "wasm": ("application/wasm", true)
      case "svg": ("image/svg+xml", true)
      case "txt", "md": ("text/plain; charset=utf-8", true)
      case "tflite", "vvt": ("application/octet-stream", true)
      case "avatar": ("application/vnd.visavis.avatar", true)
      case "vvs": ("application/vnd.visavis.stream", false)
      case "png": ("image/png", false)
      case "jpg", "jpeg": ("image/jpeg", false)
      case "webp": ("image/webp", false)
      case "ico": ("image/x-icon", false)
      case "woff2": ("font/woff2", false)
      case "mp4", "m4v": ("video/mp4", false)
      case "mov": ("video/quicktime", false)
      case "webm": ("video/webm", false)
      case "mkv": ("video/x-matroska", false)
      default: ("application/octet-stream", false)
      }
  }
}
