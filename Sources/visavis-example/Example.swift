import Foundation
import VisavisKit

/// `visavis-example LEARN.mp4 TALK.mp4 OUT.mp4`: learns a person from one video, follows them in another, and
/// draws the avatar instead.
@main
struct Example {
  static func main() throws {
    let paths = CommandLine.arguments.dropFirst().map { $0 }
    guard paths.count == 3 else { return print("visavis-example LEARN.mp4 TALK.mp4 OUT.mp4") }
    var options = EnrollmentOptions()
    options.quality = .draft
    let avatar = try VisavisKit.enroll(video: paths[0], options: options) {
      print($0.stage, $0.done, "of", $0.total)
    }
    try Data(avatar.encoded()).write(to: URL(fileURLWithPath: paths[2] + ".avatar"))
    let stream = try VisavisKit.drive(avatar, video: paths[1])
    try VisavisKit.render(avatar, stream, to: paths[2])
    print("\(stream.states.count) states, \(stream.duration) s")
  }
}
