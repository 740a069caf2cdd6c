/// The texts that devices sign: each says what it is for, so that none can be taken for another.
public enum SignedText {
  /// What a device signs for a token.
  ///
  /// - Parameters:
  ///   - host: as the request's `Host` has it, lower-case; a page's `location.host`.
  ///   - challenge: as given out.
  public static func token(host: String, challenge: String) -> String {
    "visavis token 1\n\(host)\n\(challenge)"
  }

  /// What a new device signs when it asks to be one of a person's.
  public static func pairing(host: String, challenge: String) -> String {
    "visavis pairing 1\n\(host)\n\(challenge)"
  }

  /// What a known device signs for a new one.
  ///
  /// - Parameter time: milliseconds since 1970.
  public static func certificate(person: String, key: DeviceKey, time: Int64) -> String {
    "visavis device 1\n\(person)\n\(key.text)\n\(time)"
  }
}
