import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry
import StreamSigning

/// What `visavis verify` finds.
struct VerifyReport: Codable, Equatable {
  /// The judgement of a whole recording.
  enum Verdict: String, Codable {
    /// Every state is signed by the key.
    case verified
    /// What is signed is as it was signed, but not everything is, or not everything is there.
    case partly
    /// Nothing is signed.
    case unsigned
    /// Something was altered, or signed by or for somebody else.
    case refused
  }

  var path: String
  var verdict: Verdict
  /// Whether a key was given to check against; otherwise ``publicKey`` is what the file names.
  var isKeyGiven: Bool
  var publicKey: String?
  /// States in all, and those in groups that were verified, lack states or were refused.
  var states, verifiedStates, incompleteStates, refusedStates: Int
  /// Groups and signatures.
  var verifiedGroups, incompleteGroups, refusedGroups: Int
  var signatures, refusedSignatures: Int
  /// When the first and the last verified group were signed, in ISO 8601.
  var signedFrom, signedTo: String?
  /// The first reason for a refusal.
  var reason: String?
  /// The signatures' data rate.
  var kilobitsPerSecond: Double

  /// Checks a recording from end to end.
  init(
    path: String, bytes: [UInt8], key: PublicKey?, context: String
  ) throws(FileFailure) {
    self.path = path
    isKeyGiven = key != nil
    (states, verifiedStates, incompleteStates, refusedStates) = (0, 0, 0, 0)
    (verifiedGroups, incompleteGroups, refusedGroups) = (0, 0, 0)
    (signatures, refusedSignatures) = (0, 0)
    verdict = .unsigned
    kilobitsPerSecond = 0
    do throws(StreamError) {
      try check(bytes, key, context)
    } catch {
      throw .damaged(path: path, error)
    }
    let isRefused = refusedGroups > 0 || refusedSignatures > 0
    verdict =
      isRefused
      ? .refused : signatures == 0 ? .unsigned : verifiedStates == states ? .verified : .partly
  }

  private mutating func check(
    _ bytes: [UInt8], _ key: PublicKey?, _ context: String
  ) throws(StreamError) {
    let player = RecordingPlayer(try RecordingReader(bytes))
    let context = Array(context.utf8)
    func verifier() -> StreamVerifier {
      StreamVerifier(
        key: key,
        context: SigningContext(configuration: player.configuration, context: context))
    }
    var checks = verifier()
    var configuration = player.configuration
    var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
    var signatureBytes = 0
    var times: (first: Double, last: Double)?
    while true {
      while let datagram = player.nextOther() {
        guard SignaturePacket.isSignature(datagram) else { continue }
        signatures += 1
        signatureBytes += datagram.count
        do throws(SignatureError) {
          take(try checks.add(signature: datagram))
        } catch {
          refusedSignatures += 1
          reason = reason ?? error.sentence
        }
      }
      guard try player.next(into: &state) != nil, let number = player.number else { break }
      if player.configuration != configuration {
        take(checks.finish())
        checks.continueWith(
          SigningContext(configuration: player.configuration, context: context))
        configuration = player.configuration
      }
      states += 1
      times = (times?.first ?? state.face.time, state.face.time)
      take(
        checks.add(
          CodedState(number: number, canonicalBytes: player.canonicalBytes),
          epoch: player.currentEpoch))
    }
    take(checks.finish())
    publicKey = checks.key?.text
    if let times, times.last > times.first {
      kilobitsPerSecond = Double(signatureBytes) * 8e-3 / (times.last - times.first)
    }
  }

  private mutating func take(_ verdicts: [GroupVerdict]) {
    for group in verdicts {
      let count = Int(group.last - group.first) + 1
      switch group.verdict {
      case .verified(let wallClock):
        verifiedGroups += 1
        verifiedStates += count
        let date = Date(timeIntervalSince1970: Double(min(wallClock, 253_402_300_799_000)) / 1000)
        signedTo = date.formatted(.iso8601)
        signedFrom = signedFrom ?? signedTo
      case .incomplete(let missing):
        incompleteGroups += 1
        incompleteStates += count - missing
      case .refused(let error):
        refusedGroups += 1
        refusedStates += count
        reason = reason ?? error.sentence
      }
    }
  }

  /// The verdict for people.
  var text: String {
    let who = publicKey ?? "nobody"
    switch verdict {
    case .verified:
      return "\(path): verified. All \(states) states were signed by \(who)"
        + (isKeyGiven ? "" : " (the key that the file itself names)")
        + (signedFrom.map { " from \($0)" } ?? "") + (signedTo.map { " to \($0)" } ?? "") + "."
    case .partly:
      return "\(path): only partly verified. \(verifiedStates) of \(states) states were signed by "
        + "\(who); the others are not signed, or states of their groups are missing."
    case .unsigned:
      return "\(path): not signed. Sign a stream with visavis drive --key."
    case .refused:
      return "\(path): refused. \(reason ?? "Something is not as it was signed.") "
        + "\(verifiedStates) of \(states) states were verified."
    }
  }
}

extension SignatureError: UserFacingError {
  var sentence: String {
    switch self {
    case .malformed(let length): "A signature of \(length) bytes is none."
    case .unknownKey: "The signatures name no key. Give the owner's with --key."
    case .foreignKey(let found): "Somebody else signed it: \(found.text)."
    case .otherContext:
      "It was signed for another room or call, or another configuration. Check --context."
    case .invalidSignature: "A signature is not the owner's."
    case .otherStream: "A signature belongs to another stream."
    case .timeWentBack: "Signatures are not in the order in which they were made."
    case .notFresh: "It was signed too long ago."
    case .alreadyCovered(let first, let last): "States \(first) to \(last) are signed twice."
    case .alteredStates(let first, let last):
      "States \(first) to \(last) are not those that were signed."
    }
  }

  var exitCode: FailureCode { .badData }
}
