import ArgumentParser
import PictureMetrics

/// A colour given as `grey`, `black`, `white`, `r,g,b` with 0…255, or `#rrggbb`.
struct BackgroundColour: ExpressibleByArgument, Equatable {
  var red, green, blue: UInt8

  /// The middle between black and white, against which both show.
  static let grey = BackgroundColour(red: 128, green: 128, blue: 128)

  init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  init?(argument: String) {
    switch argument {
    case "grey", "gray": self = .grey
    case "black": self.init(red: 0, green: 0, blue: 0)
    case "white": self.init(red: 255, green: 255, blue: 255)
    case _ where argument.hasPrefix("#"):
      let digits = argument.dropFirst()
      guard digits.utf8.count == 6, let value = UInt32(digits, radix: 16),
        digits.allSatisfy(\.isHexDigit)
      else { return nil }
      self.init(
        red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
    default:
      let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { UInt8($0) }
      guard parts.count == 3, let red = parts[0], let green = parts[1], let blue = parts[2] else {
        return nil
      }
      self.init(red: red, green: green, blue: blue)
    }
  }

  var defaultValueDescription: String { self == .grey ? "grey" : "\(red),\(green),\(blue)" }
}

/// A rectangle given as `x,y,width,height` in pixels.
struct RectangleArgument: ExpressibleByArgument, Equatable {
  var rectangle: PixelRectangle

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 4, let x = parts[0], let y = parts[1], let width = parts[2],
      let height = parts[3], x >= 0, y >= 0, width > 0, height > 0
    else { return nil }
    rectangle = PixelRectangle(x: x, y: y, width: width, height: height)
  }
}
