import Foundation
import HTTPTypes
import Hummingbird
import RoomServer
import ServerSupport

/// Devices of a person: how one is admitted by another, and removed.
struct DeviceRoutes: Sendable {
  let desk: FrontDesk

  /// How far a certificate's time may be from the server's: clocks go wrong by zones and days.
  static let mostSkew: Int64 = 86_400_000

  private struct Addition: Decodable {
    var key, name, certificate, by: String
    var kind: DeviceView.Kind
    var time: Int64
  }

  private struct Asking: Decodable {
    var key, name, challenge, signature: String
  }

  private struct Asked: Encodable {
    var code: String
    var expires: Int64
  }

  func add<Context: RequestContext>(
    to group: RouterGroup<Context>, address: @escaping @Sendable (Context) -> String?
  ) {
    group.post("me/devices") { request, _ in
      let speaker = try await desk.speaker(request)
      let device = try Self.device(
        try await JSONBody.read(Addition.self, from: request), of: speaker.person,
        now: desk.clock())
      let forgotten = try await desk.store.add(device, to: speaker.person, now: desk.clock())
      if let forgotten { await desk.announce(forgotten) }
      return Response.json(
        DeviceView(
          key: device.key.text, name: device.name, kind: device.kind,
          time: device.certificate.time, by: device.by.text,
          certificate: device.certificate.certificate), status: .created)
    }
    group.delete("me/devices/:key") { request, context in
      let speaker = try await desk.speaker(request)
      guard let key = context.parameters.get("key").flatMap(DeviceKey.init(text:)) else {
        throw IdentityError.unknownDevice
      }
      let kind = try await desk.store.remove(key, of: speaker.person, now: desk.clock())
      // Whoever sits at it may be in a room; the others come back with their tokens.
      if kind == .device { await desk.live.close(person: speaker.person) }
      return Response(status: .noContent)
    }
    group.post("pairings") { request, context in
      try desk.signIns.take(RateLimiter.group(of: address(context) ?? ""), now: desk.clock())
      let body = try await JSONBody.read(Asking.self, from: request)
      let name = try DisplayName.need(body.name)
      let key = try desk.prove(
        body.key, body.challenge, body.signature, host: desk.host(request),
        text: SignedText.pairing)
      let now = desk.clock()
      let code = try await desk.store.ask(key, name: name, now: now)
      return Response.json(
        Asked(code: code, expires: now + PairingCode.milliseconds), status: .created)
    }
    group.get("pairings/:code") { _, context in
      try desk.codes.take(RateLimiter.group(of: address(context) ?? ""), now: desk.clock())
      let text = context.parameters.get("code")?.removingPercentEncoding
      guard let code = text.flatMap(PairingCode.read) else { throw IdentityError.unknownPairing }
      return Response.json(try await desk.store.pairing(code, now: desk.clock()))
    }
  }

  /// - Throws: where a value cannot be, or the certificate's signature or time are not right.
  private static func device(
    _ body: Addition, of person: String, now: Int64
  ) throws(IdentityError) -> NewDevice {
    guard let key = DeviceKey(text: body.key) else { throw .malformedBody(field: "key") }
    guard let by = DeviceKey(text: body.by) else { throw .malformedBody(field: "by") }
    let certificate = DeviceCertificate(
      key: body.key, by: body.by, time: body.time, certificate: body.certificate)
    guard (now - mostSkew...now + mostSkew).contains(body.time),
      DeviceChain.isValid(certificate, of: person)
    else { throw .invalidCertificate }
    return NewDevice(
      key: key, name: try DisplayName.need(body.name), kind: body.kind, certificate: certificate,
      by: by)
  }
}
