// Writes the golden vectors that node replays against the browser's core; streams as this build
// codes them, for the same; or a made-up avatar of 24,000 splats to time the core with:
// browser-vectors [--models FOLDER] OUTPUT
// browser-vectors --streams OUTPUT
// browser-vectors --large FILE
//
// Everything is computed by the native build of what the browser runs, with the kernels that have
// no fused multiply–add: the browser must give the same bits. See Tests/Vectors/browser.
import AvatarModel
import BrowserSession
import Foundation
import Geometry

setenv("VISAVIS_SIMD", "baseline", 1)

var models = "models"
var large: String?
var streams: String?
var output: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--models": models = arguments.popFirst() ?? models
  case "--large": large = arguments.popFirst()
  case "--streams": streams = arguments.popFirst()
  default: output = argument
  }
}
do {
  if let large {
    // Groups as large, one to the other, as in an enrolled avatar.
    let avatar = SyntheticAvatar.make(surface: 14_300, head: 5000, torso: 4700, codeLength: 24)
    try Data(avatar.encoded()).write(to: URL(fileURLWithPath: large))
  } else if let streams {
    let folder = URL(fileURLWithPath: streams)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try StreamedStates.write(to: folder)
    try RecordedStates.write(to: folder)
  } else if let output {
    let folder = URL(fileURLWithPath: output)
    try PosedFrames.write(to: folder)
    try DrawnPictures.write(to: folder)
    try TrackedFrames.write(to: folder, models: URL(fileURLWithPath: models))
  } else {
    FileHandle.standardError.write(
      Data(
        "usage: browser-vectors [--models FOLDER] OUTPUT | --streams OUTPUT | --large FILE\n".utf8))
    exit(64)
  }
} catch {
  FileHandle.standardError.write(Data("browser-vectors: \(error)\n".utf8))
  exit(1)
}
