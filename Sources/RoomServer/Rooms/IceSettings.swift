import Crypto
import Foundation

/// Which servers help pages to a direct path, and the secret that is shared with the one that relays.
public struct IceSettings: Sendable, Equatable {
  /// Addresses such as `stun:example.org:3478`.
  public var stun: [String] = []
  /// Addresses such as `turn:example.org:3478?transport=udp`.
  public var turn: [String] = []
  /// The secret of coturn's `use-auth-secret`; without it no TURN server is named.
  public var turnSecret = ""
  /// How long a credential opens the TURN server, in seconds.
  public var turnSeconds: Int64 = 6 * 3600

  /// No servers.
  public init() {}

  /// What addresses of STUN and of TURN servers begin with.
  public static let stunSchemes = ["stun:", "stuns:"], turnSchemes = ["turn:", "turns:"]

  /// Addresses with commas between them; nil where one begins otherwise, or there is none.
  public static func addresses(_ text: String, schemes: [String]) -> [String]? {
    let addresses = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let isValid = addresses.allSatisfy { address in
      schemes.contains { address.hasPrefix($0) && address.count > $0.count }
    }
    return isValid && !addresses.isEmpty ? addresses : nil
  }

  /// What one participant is told.
  ///
  /// The user name is when the credential ends and whom it was given to, the credential
  /// base64 of HMAC-SHA1 over it, as coturn's `use-auth-secret` wants it.
  func servers(for participant: UInt16, in room: String, now: Int64) -> [IceServer] {
    var servers: [IceServer] = []
    if !stun.isEmpty { servers.append(IceServer(urls: stun)) }
    guard !turn.isEmpty, !turnSecret.isEmpty else { return servers }
    let name = "\(now / 1000 + turnSeconds):\(room)-\(participant)"
    let code = HMAC<Insecure.SHA1>.authenticationCode(
      for: Data(name.utf8), using: SymmetricKey(data: Data(turnSecret.utf8)))
    servers.append(
      IceServer(urls: turn, username: name, credential: Data(code).base64EncodedString()))
    return servers
  }
}
