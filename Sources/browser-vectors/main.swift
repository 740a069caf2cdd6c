// Writes the golden vectors that node replays against the browser's core:
// browser-vectors [--models FOLDER] OUTPUT
//
// Everything is computed by the native build of what the browser runs, with the kernels that have
// no fused multiply–add: the browser must give the same bits. See Tests/Vectors/browser.
import BrowserSession
import Foundation
import Geometry

setenv("VISAVIS_SIMD", "baseline", 1)

var models = "models"
var output: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  if argument == "--models" { models = arguments.popFirst() ?? models } else { output = argument }
}
guard let output else {
  FileHandle.standardError.write(Data("usage: browser-vectors [--models FOLDER] OUTPUT\n".utf8))
  exit(64)
}
do {
  let folder = URL(fileURLWithPath: output)
  try PosedFrames.write(to: folder)
  try StreamedStates.write(to: folder)
  try TrackedFrames.write(to: folder, models: URL(fileURLWithPath: models))
} catch {
  FileHandle.standardError.write(Data("browser-vectors: \(error)\n".utf8))
  exit(1)
}
