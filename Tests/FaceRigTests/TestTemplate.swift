import FaceRig
import Foundation

/// The template in the asset cache, if somebody has built it.
enum TestTemplate {
  static let bytes: [UInt8]? = {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? "/root"
    let folder =
      environment["VISAVIS_CACHE"]
      ?? (environment["XDG_CACHE_HOME"] ?? home + "/.cache") + "/visavis"
    guard let data = FileManager.default.contents(atPath: folder + "/template.vvt") else {
      print("skipped: no template in the asset cache")
      return nil
    }
    return [UInt8](data)
  }()

  static let template: Template? = bytes.map { bytes in
    do { return try Template(bytes: bytes) } catch { fatalError("the cached template: \(error)") }
  }
}
