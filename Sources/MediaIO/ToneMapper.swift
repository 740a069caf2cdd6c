import Foundation

/// Brings high dynamic range and wide gamut to sRGB.
///
/// Light is measured in units of the reference white, 203 cd/m² (ITU-R BT.2408). Up to 0.75 of it
/// passes unchanged; what is brighter is compressed into the rest with continuous slope, by luminance,
/// so that hues stay. HLG is shown on a nominal 1000 cd/m² display (BT.2100, system gamma 1.2).
struct ToneMapper {
  /// Light for each of 4096 levels of the sample; for HLG, scene light.
  private let light: [Float]
  /// Gamma-coded 8-bit value for the square root of light in 4096 steps.
  private let code: [UInt8]
  private let transfer: ColourDescription.Transfer
  private let isWideGamut: Bool

  private static let white: Float = 203
  private static let knee: Float = 0.75

  init(colour: ColourDescription) {
    transfer = colour.transfer
    isWideGamut = colour.isWideGamut || colour.isHighDynamicRange
    light = (0..<4096).map { Self.light(of: Float($0) / 4095, transfer: colour.transfer) }
    code = (0..<4096).map { step in
      let root = Float(step) / 4095
      let linear = root * root
      let coded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
      return UInt8((coded * 255).rounded())
    }
  }

  private static func light(of v: Float, transfer: ColourDescription.Transfer) -> Float {
    switch transfer {
    case .standard:
      return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    case .perceptualQuantiser:
      // SMPTE ST 2084, equation 4.1.
      let p = pow(v, 1 / 78.84375)
      return 10000 / white
        * pow(max(p - 0.8359375, 0) / (18.8515625 - 18.6875 * p), 1 / 0.1593017578125)
    case .hybridLogGamma:
      // BT.2100, table 5: inverse OETF.
      return v <= 0.5 ? v * v / 3 : (exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12
    }
  }

  /// Maps rows of 16-bit RGB samples to 8-bit ones.
  ///
  /// - Parameters:
  ///   - source: 3 × `count` samples, full range.
  ///   - destination: 3 × `count` samples.
  func map(
    _ source: UnsafePointer<UInt16>, count: Int, to destination: UnsafeMutablePointer<UInt8>
  ) {
    light.withUnsafeBufferPointer { light in
      code.withUnsafeBufferPointer { code in
        for i in 0..<count {
          var r = light[Int(source[3 * i] >> 4)]
          var g = light[Int(source[3 * i + 1] >> 4)]
          var b = light[Int(source[3 * i + 2] >> 4)]
          if transfer != .standard {
            let luminance = 0.2627 * r + 0.6780 * g + 0.0593 * b
            let gain = gain(luminance)
            r *= gain
            g *= gain
            b *= gain
          }
          if isWideGamut {
            // BT.2087, equation 4 and its inverse: BT.2020 to BT.709 primaries.
            (r, g, b) = (
              1.6605 * r - 0.5876 * g - 0.0728 * b,
              -0.1246 * r + 1.1329 * g - 0.0083 * b,
              -0.0182 * r - 0.1006 * g + 1.1187 * b
            )
          }
          destination[3 * i] = code[Self.step(r)]
          destination[3 * i + 1] = code[Self.step(g)]
          destination[3 * i + 2] = code[Self.step(b)]
        }
      }
    }
  }

  private static func step(_ light: Float) -> Int {
    Int((min(max(light, 0), 1)).squareRoot() * 4095 + 0.5)
  }

  /// The factor from a pixel's light to displayed light.
  private func gain(_ luminance: Float) -> Float {
    guard luminance > 0 else { return 1 }
    var shown = luminance
    if transfer == .hybridLogGamma {
      // The opto-optical transfer, Y^1.2, at 1000 cd/m².
      shown = 1000 / Self.white * luminance * pow(luminance, 0.2)
    }
    if shown > Self.knee {
      // Asymptotic to 1, with slope 1 at the knee.
      let room = 1 - Self.knee
      shown = 1 - room * room / (shown - Self.knee + room)
    }
    return shown / luminance
  }
}
