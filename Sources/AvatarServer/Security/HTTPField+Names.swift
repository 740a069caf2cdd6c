import HTTPTypes

// Safe because each is a token of RFC 9110.
private func name(_ text: String) -> HTTPField.Name {
  guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header") }
  return name
}

extension HTTPField.Name {
  static let crossOriginOpenerPolicy = name("Cross-Origin-Opener-Policy")
  static let crossOriginEmbedderPolicy = name("Cross-Origin-Embedder-Policy")
  static let permissionsPolicy = name("Permissions-Policy")
  static let referrerPolicy = name("Referrer-Policy")
  static let secFetchSite = name("Sec-Fetch-Site")
  static let methodOverride = name("X-HTTP-Method-Override")
  static let tusResumable = name("Tus-Resumable")
  static let tusVersion = name("Tus-Version")
  static let tusExtension = name("Tus-Extension")
  static let tusMaxSize = name("Tus-Max-Size")
  static let tusChecksumAlgorithm = name("Tus-Checksum-Algorithm")
  static let uploadOffset = name("Upload-Offset")
  static let uploadLength = name("Upload-Length")
  static let uploadMetadata = name("Upload-Metadata")
  static let uploadChecksum = name("Upload-Checksum")
  static let uploadExpires = name("Upload-Expires")
}
