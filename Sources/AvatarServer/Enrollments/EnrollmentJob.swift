import Foundation

/// One enrolment, from its order to its end: what `job.json` holds.
struct EnrollmentJob: Sendable, Codable, Equatable {
  /// Where it stands.
  enum State: String, Sendable, Codable {
    /// Waits for its turn.
    case queued
    /// Is being worked on.
    case running
    /// There is an avatar.
    case done
    /// There is none, and `failure` says why.
    case failed
    /// The person stopped it.
    case cancelled

    /// Whether nothing more will happen.
    var isOver: Bool { self != .queued && self != .running }
  }

  /// Its name in addresses: unguessable.
  let id: String
  /// What the person is called.
  let name: String
  let quality: EnrollmentOrder.Quality
  /// Whether the video stays after the enrolment.
  let keepsVideo: Bool
  /// How the video's name ends, for when it is kept.
  let videoEnding: String
  /// When the person agreed, and so ordered.
  let consented: Date
  var state: State
  /// Whether a run has begun, so that there may be something to continue.
  var hasBegun = false
  /// How far the work is.
  var stage: String?
  var done = 0
  var total = 0
  var loss: Double?
  /// How many previews have been drawn.
  var previews = 0
  var failure: EnrollmentFailure?
  /// The avatar's name, when done.
  var avatar: String?
  var ended: Date?

  /// The part of the work that is done, 0…1, by what the stages take on two cores.
  var fraction: Double {
    switch state {
    case .queued, .failed, .cancelled: return 0
    case .done: return 1
    case .running: break
    }
    var before = 0.0
    for (name, share) in Self.shares {
      if name == stage {
        return before + share * min(1, Double(done) / Double(max(total, 1)))
      }
      before += share
    }
    return 0
  }

  /// The stages in order, and their shares of the time.
  private static let shares = [
    ("tracking", 0.3), ("solving", 0.05), ("mattes", 0.1), ("fitting", 0.45), ("learning", 0.07),
    ("checking", 0.03),
  ]
}

/// What clients see of an enrolment.
struct EnrollmentView: Codable, Equatable, Sendable {
  struct Failure: Codable, Equatable {
    var kind, detail: String
  }

  struct Links: Codable, Equatable {
    var events: String
    /// The growing picture; another address each time it has been drawn.
    var preview: String?
    /// The avatar, its report, and the mirror that shows it.
    var avatar, report, mirror: String?
  }

  var id, name: String
  var state: EnrollmentJob.State
  var quality: EnrollmentOrder.Quality
  var keepsVideo: Bool
  var ordered: Date
  var ended: Date?
  /// Enrolments before this one.
  var waiting: Int?
  var stage: String?
  var done, total: Int?
  var loss: Double?
  var fraction: Double
  /// Whether it can be tried again with the video that is here.
  var canRetry: Bool
  var failure: Failure?
  var links: Links

  init(_ job: EnrollmentJob, waiting: Int?, hasVideo: Bool) {
    (id, name, state, quality) = (job.id, job.name, job.state, job.quality)
    keepsVideo = job.keepsVideo
    ordered = job.consented
    ended = job.ended
    self.waiting = waiting
    let isRunning = job.state == .running
    stage = isRunning ? job.stage : nil
    (done, total) = isRunning ? (job.done, job.total) : (nil, nil)
    loss = isRunning ? job.loss : nil
    fraction = job.fraction
    canRetry = hasVideo && (job.state == .failed || job.state == .cancelled)
    failure = job.failure.map { Failure(kind: $0.kind, detail: $0.detail) }
    let avatar = job.avatar.map { "/avatars/\($0).avatar" }
    links = Links(
      events: "/api/enrollments/\(job.id)/events",
      preview: job.previews > 0 && !job.state.isOver
        ? "/api/enrollments/\(job.id)/preview.png?\(job.previews)" : nil,
      avatar: avatar, report: job.avatar.map { "/avatars/\($0).report.html" },
      mirror: avatar.map { "/?avatar=\($0)" })
  }
}
