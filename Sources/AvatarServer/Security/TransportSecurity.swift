import Crypto
import Foundation
import HummingbirdTLS
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import X509

/// What proves the server's name to browsers.
enum TransportSecurity {
  /// The configuration for settings; nil for plain HTTP.
  ///
  /// - Throws: what makes the certificate or the key unreadable.
  static func configuration(
    _ settings: ServerSettings, folder: DataFolder
  ) throws -> TLSConfiguration? {
    let chain: String
    let key: String
    switch settings.transport {
    case .plain: return nil
    case .automatic where settings.isLoopback: return nil
    case .automatic: (chain, key) = try SelfSignedCertificate.files(folder: folder)
    case .certificate(let givenChain, let givenKey): (chain, key) = (givenChain, givenKey)
    }
    let certificates = try NIOSSLCertificate.fromPEMFile(chain).map {
      NIOSSLCertificateSource.certificate($0)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates,
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    return configuration
  }
}

/// A certificate that the server makes for itself, for devices in the same house: browsers warn of it
/// once, and then let pages use the camera.
enum SelfSignedCertificate {
  /// The certificate and its key in the data folder: made when missing, when about to expire, and when
  /// this machine has got another address.
  static func files(
    folder: DataFolder, now: Date = Date(), names: Names = .ofThisMachine()
  ) throws -> (certificate: String, key: String) {
    let (certificate, key) = (folder.path + "/tls/certificate.pem", folder.path + "/tls/key.pem")
    if isStillGood(certificate, now: now, names: names),
      FileManager.default.fileExists(atPath: key)
    {
      return (certificate, key)
    }
    try folder.makeFolder("tls")
    let (certificateText, keyText) = try make(now: now, names: names)
    try AtomicWrite.write(Array(keyText.utf8), to: key, mode: 0o600)
    try AtomicWrite.write(Array(certificateText.utf8), to: certificate, mode: 0o644)
    return (certificate, key)
  }

  /// What a certificate speaks for.
  struct Names: Equatable {
    var hosts: [String]
    /// Network byte order, 4 or 16 bytes each.
    var addresses: [[UInt8]]

    /// This machine's names and addresses.
    static func ofThisMachine() -> Names {
      var addresses: [[UInt8]] = [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]]
      for device in (try? System.enumerateDevices()) ?? [] {
        guard let bytes = device.address?.addressBytes, !addresses.contains(bytes) else { continue }
        addresses.append(bytes)
      }
      let name = ProcessInfo.processInfo.hostName.lowercased()
      let isUsable = !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 }
      return Names(
        hosts: ["localhost"] + (isUsable && name != "localhost" ? [name] : []),
        addresses: addresses)
    }

    var generalNames: [GeneralName] {
      hosts.map { .dnsName($0) }
        + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
    }
  }

  private static func isStillGood(_ path: String, now: Date, names: Names) -> Bool {
    guard let data = FileManager.default.contents(atPath: path),
      let certificate = try? Certificate(pemEncoded: String(decoding: data, as: UTF8.self)),
      let alternatives = try? certificate.extensions.subjectAlternativeNames
    else { return false }
    return certificate.notValidAfter > now.addingTimeInterval(30 * 86400)
      && names.generalNames.allSatisfy { alternatives.contains($0) }
  }

  private static func make(now: Date, names: Names) throws -> (certificate: String, key: String) {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let subject = try DistinguishedName { CommonName("visavis on \(names.hosts.last ?? "")") }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: now.addingTimeInterval(-3600),
      // Browsers refuse what lasts longer than 825 days.
      notValidAfter: now.addingTimeInterval(397 * 86400), issuer: subject, subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names.generalNames)
      }, issuerPrivateKey: key)
    return (
      try certificate.serializeAsPEM().pemString, try key.serializeAsPEM().pemString
    )
  }
}

extension SocketAddress {
  /// The bytes of an IP address; nil for link-local ones, which no link can name, and sockets in files.
  fileprivate var addressBytes: [UInt8]? {
    switch self {
    case .v4(let address):
      withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
    case .v6(let address):
      withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }.first == 0xfe
        ? nil : withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
    case .unixDomainSocket: nil
    }
  }
}
