public import RoomServer

/// Certificates as a chain: from the first key, whose digest names the person, to a device's.
public enum DeviceChain {
  /// A chain is no longer than a person may ever have had keys.
  static let longest = 64

  /// Whether certificates lead from a person's first key to another.
  ///
  /// - Parameter certificates: in order, the first one's `by` being the first key; none where the
  ///   key itself is the first.
  public static func leads(
    from person: String, to key: DeviceKey, by certificates: [DeviceCertificate]
  ) -> Bool {
    guard certificates.count <= longest else { return false }
    guard let first = certificates.first else { return key.person == person }
    guard var trusted = DeviceKey(text: first.by), trusted.person == person else { return false }
    for certificate in certificates {
      guard certificate.by == trusted.text, let next = DeviceKey(text: certificate.key),
        isValid(certificate, of: person)
      else { return false }
      trusted = next
    }
    return trusted == key
  }

  /// Whether a certificate was made by the device that it names.
  public static func isValid(_ certificate: DeviceCertificate, of person: String) -> Bool {
    guard let key = DeviceKey(text: certificate.key), let by = DeviceKey(text: certificate.by),
      let signature = Base64URL.bytes(certificate.certificate, count: 64)
    else { return false }
    return by.isValid(
      signature: signature,
      over: SignedText.certificate(person: person, key: key, time: certificate.time))
  }

  /// The chain to a key among all certificates of a person; nil where there is none.
  public static func chain(
    to key: DeviceKey, of person: String, among certificates: [DeviceCertificate]
  ) -> [DeviceCertificate]? {
    var chain: [DeviceCertificate] = []
    var current = key
    while current.person != person {
      guard chain.count < longest,
        let link = certificates.first(where: { $0.key == current.text }),
        let by = DeviceKey(text: link.by)
      else { return nil }
      chain.append(link)
      current = by
    }
    chain.reverse()
    return chain
  }
}
