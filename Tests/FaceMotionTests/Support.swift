import CZlib
import FaceRig
import Foundation

/// A sequence of bytes, most significant first.
struct BigEndianBytes {
  var bytes: [UInt8] = []

  mutating func word(_ value: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func float(_ value: Float) { word(value.bitPattern) }

  mutating func name(_ text: String) {
    word(UInt32(text.utf8.count))
    bytes += Array(text.utf8)
  }
}

/// A packet of Live Link Face as a phone would send it.
func packet(
  frame: Int32, values: [Float]?, device: String = "DEADC0DE", subject: String = "Ada",
  rate: UInt32 = 60, version: UInt8 = 6
) -> [UInt8] {
  var out = BigEndianBytes(bytes: [version])
  out.name(device)
  out.name(subject)
  out.word(UInt32(bitPattern: frame))
  out.float(0.25)
  out.word(rate)
  out.word(1)
  out.bytes.append(UInt8(values?.count ?? 0))
  for value in values ?? [] { out.float(value) }
  return out.bytes
}

/// 61 values: coefficient i is i/100, angles are 0.01, 0.02 … 0.09.
let values: [Float] = (0..<52).map { Float($0) / 100 } + (1...9).map { Float($0) / 100 }

/// What a `.gesichter` file unpacks to.
func recording(_ packets: [[UInt8]]) -> [UInt8] {
  var out = BigEndianBytes(bytes: [6])
  out.word(UInt32(packets.count))
  for packet in packets {
    out.word(UInt32(packet.count))
    out.bytes += packet
  }
  return out.bytes
}

/// Bytes in gzip.
func packed(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1024)
  let written = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = uInt(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<written])
}

/// The name that Live Link Face's table has for a channel.
func title(_ channel: ExpressionChannel) -> String {
  let name = "\(channel)"
  return name.prefix(1).uppercased() + name.dropFirst()
}

/// A table of Live Link Face with the columns in another order than the packets': coefficients backwards.
func table(_ lines: [(timecode: String, values: [Float]?)]) -> String {
  let angles = [
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
    "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
  ]
  let names = ExpressionChannel.allCases.reversed().map(title) + angles
  let header = (["Timecode", "BlendShapeCount"] + names).joined(separator: ",")
  let rows = lines.map { line in
    guard let values = line.values else {
      return ([line.timecode, "0"] + names.map { _ in "" }).joined(separator: ",")
    }
    let ordered = values[..<52].reversed() + values[52...]
    return ([line.timecode, "61"] + ordered.map { "\($0)" }).joined(separator: ",")
  }
  return ([header] + rows).joined(separator: "\r\n") + "\r\n"
}

/// A folder of data that is not in the repository; nil where it is absent.
func shared(_ name: String) -> URL? {
  let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let folder =
    ProcessInfo.processInfo.environment["VISAVIS_SHARED"].map { URL(fileURLWithPath: $0) }
    ?? root.deletingLastPathComponent().appendingPathComponent("shared")
  let url = folder.appendingPathComponent(name)
  if FileManager.default.fileExists(atPath: url.path) { return url }
  print("skipped: no \(name)")
  return nil
}

/// A file's bytes.
func contents(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }
