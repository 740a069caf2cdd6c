import AvatarModel
import Enrollment
import ExpressionStream
import FaceRig
import FaceTracking
import NeuralInference
import Testing

@testable import SplatFitting
@testable import visavis

/// Every error that can reach a person: one sentence that says what to do, and a code.
@Suite struct FailureTests {
  private let model = ModelError.invalidConstant(tensor: 4, expected: 10, found: 8)

  @Test func capturesAndFilesOfThisProgram() {
    expect([
      (CaptureError.tooShort(seconds: 1.25, needed: 3), .badData, ["1.2 s", "3 s", "longer"]),
      (CaptureError.noFace(framesSeen: 0), .badData, ["No face", "Film"]),
      (CaptureError.noFace(framesSeen: 7), .badData, ["7 frames", "Film"]),
      (CaptureError.severalFaces(count: 3, time: 4.5), .badData, ["3 faces", "4.5 s", "alone"]),
      (CaptureError.faceTooSmall(pixels: 60, needed: 96), .badData, ["60", "96", "nearer"]),
      (CaptureError.cut(time: 2), .badData, ["2.0 s", "--from"]),
      (CaptureError.unsolvable(reason: "why"), .badData, ["why", "Film"]),
      (AssetCache.Failure.missing(path: "/p"), .unavailable, ["/p", "make assets"]),
      (
        AssetCache.Failure.damaged(path: "/p", reason: "why"), .unavailable,
        ["/p", "why", "make assets"]
      ),
      (CheckpointFile.Failure.mismatched(path: "/p"), .badData, ["/p", "--resume"]),
      (CheckpointFile.Failure.damaged(path: "/p"), .badData, ["/p", "--resume"]),
      (SplatTrainer.MismatchedSnapshot(), .badData, ["--resume"]),
      (EnrollmentInterruption(checkpoint: "/p"), .interrupted, ["/p", "--resume"]),
      (DriveInterruption(path: "/p", states: 8), .interrupted, ["/p", "8 states"]),
      (KeyFailure.exists(path: "/p"), .cannotCreate, ["/p", "another name"]),
      (KeyFailure.cannotCreate(path: "/p"), .cannotCreate, ["/p"]),
      (KeyFailure.notFound(path: "/p"), .noInput, ["/p", "visavis key new"]),
      (KeyFailure.notAKey(text: "abc"), .badData, ["abc", "visavis key show"]),
      (KeyFailure.readableByOthers(path: "/p"), .badData, ["/p", "chmod 600"]),
      (DriveError.noFace(path: "/p", frames: 9), .badData, ["/p", "9 frames"]),
      (DriveError.noFrames(path: "/p"), .badData, ["/p", "--from"]),
      (FrameFolderError.notEmpty(path: "/p"), .cannotCreate, ["/p", "new folder"]),
      (BackgroundError.neither(argument: "mauve"), .noInput, ["mauve", "grey"]),
      (FileFailure.notFound(path: "/p"), .noInput, ["/p"]),
      (FileFailure.unreadable(path: "/p"), .noInput, ["/p"]),
      (
        FileFailure.wrongKind(path: "/p", expected: .avatar, found: .stream), .badData,
        ["/p is a stream, not an avatar", "visavis enroll"]
      ),
      (
        FileFailure.wrongKind(path: "/p", expected: .stream, found: nil), .badData,
        ["/p", "visavis drive"]
      ),
      (FileFailure.disordered(path: "/p", state: 5), .badData, ["/p", "5"]),
      (FileFailure.otherAvatar(stream: "/s", avatar: "/a"), .badData, ["/s", "/a"]),
      (FileFailure.emptyStream(path: "/p"), .badData, ["/p"]),
      (FileFailure.unknownKind(path: "/p"), .badData, ["/p", "visavis enroll"]),
      (
        FileFailure.damaged(path: "/p", AssetCache.Failure.missing(path: "/q")), .unavailable,
        ["/p", "/q"]
      ),
    ])
  }

  @Test func tracking() {
    expect([
      (FaceTrackingError.model(.iris, model), .unavailable, ["iris", "tensor 4", "make assets"]),
      (
        FaceTrackingError.unexpectedTensor(.segmentation, found: 3, expected: 5), .unavailable,
        ["matte", "3 values instead of 5", "make assets"]
      ),
      (
        FaceTrackingError.unusablePicture(width: 1, height: 2, channels: 7), .badData,
        ["1 × 2", "7 channels"]
      ),
      (model, .unavailable, ["8", "10", "make assets"]),
      (ModelError.notAModel, .unavailable, ["TensorFlow Lite"]),
      (FaceSolvingError.invalidCamera(width: 0, height: 3), .badData, ["0 × 3"]),
      (FaceSolvingError.noUsableFrames(given: 12), .badData, ["12 frames"]),
      (FaceSolvingError.degenerateLandmarks, .badData, ["whole face"]),
      (FaceSolvingError.nonFiniteLandmark(index: 8), .software, ["8", "report"]),
      (FaceSolvingError.mismatchedIdentity(modes: 3, expected: 4), .unavailable, ["make assets"]),
      (FaceSolvingError.wrongLandmarkCount(3, expected: 468), .unavailable, ["468"]),
    ])
  }

  @Test func formats() {
    expect([
      (AvatarError.notAnAvatar(found: 1), .badData, ["visavis enroll"]),
      (AvatarError.unsupportedVersion(9), .badData, ["format 9", "Update"]),
      (AvatarError.truncated(needed: 100, available: 7), .badData, ["100", "7"]),
      (AvatarError.missingSection(.bases), .badData, ["bases"]),
      (AvatarError.checksumMismatch(.splats, expected: 1, found: 2), .badData, ["splats"]),
      (AvatarError.wrongLength(.mesh, expected: 10, found: 4), .badData, ["mesh", "10", "4"]),
      (AvatarError.valueOutOfRange(.codeMap, offset: 77), .badData, ["codeMap", "77"]),
      (StreamError.notAStream(found: 1), .badData, ["visavis drive"]),
      (StreamError.unsupportedVersion(3), .badData, ["format 3", "Update"]),
      (StreamError.unsupportedVersion(1), .badData, ["format 1", "visavis drive"]),
      (StreamError.damagedRecords(2, unreadableStates: 31), .badData, ["2 records", "31"]),
      (StreamError.tooManyStates(12), .badData, ["12"]),
      (StreamError.wrongLength(expected: 10, found: 4), .badData, ["10", "4"]),
      (StreamError.checksumMismatch(expected: 1, found: 2), .badData, ["checksum"]),
      (StreamError.valueOutOfRange(offset: 77), .badData, ["77"]),
      (TemplateError.notATemplate(found: 1), .badData, ["make assets"]),
      (TemplateError.unsupportedVersion(8), .badData, ["8", "make assets"]),
      (TemplateError.missingSection(.rings), .badData, ["rings", "make assets"]),
      (
        TemplateError.truncated(offset: 5, needed: 10, available: 12), .badData, ["10", "12"]
      ),
      (TemplateError.checksumMismatch(.eyes, expected: 1, found: 2), .badData, ["eyes"]),
      (TemplateError.wrongLength(.eyes, expected: 31, found: 2), .badData, ["eyes", "31"]),
      (TemplateError.countOutOfRange(.counts, 99), .badData, ["99"]),
      (TemplateError.indexOutOfRange(.rings, index: 6, count: 5), .badData, ["6 of 5"]),
      (TemplateError.numberOutOfRange(.vertices), .badData, ["vertices"]),
    ])
  }

  private func expect(_ cases: [(error: any Error, code: FailureCode, facts: [String])]) {
    for (error, code, facts) in cases {
      let failure = Failure(error)
      #expect(failure.exitCode == code)
      #expect(failure.sentence.hasSuffix(".") && !failure.sentence.contains("unforeseen"))
      for fact in facts { #expect(failure.sentence.contains(fact), "\(failure.sentence)") }
    }
  }
}
