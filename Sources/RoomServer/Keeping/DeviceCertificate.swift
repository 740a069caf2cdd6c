/// A device's signature that another device speaks for the same person.
///
/// It is over `visavis device 1\n` person `\n` key `\n` time; binary values are base64url.
public struct DeviceCertificate: Sendable, Codable, Equatable {
  /// The certified device's key.
  public var key: String
  /// The certifying device's key.
  public var by: String
  /// When, in milliseconds since 1970.
  public var time: Int64
  /// The signature.
  public var certificate: String

  /// Takes every value as it is.
  public init(key: String, by: String, time: Int64, certificate: String) {
    self.key = key
    self.by = by
    self.time = time
    self.certificate = certificate
  }
}
