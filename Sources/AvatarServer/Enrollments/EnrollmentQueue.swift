import Foundation
import Logging
import ServiceLifecycle

/// Works enrolments off, one at a time: each takes all of the machine.
///
/// Everything is on the disk before it is answered, so a killed server goes on with what was
/// waiting, and with what it was working on from the fit's last checkpoint.
actor EnrollmentQueue: Service {
  private let folder: DataFolder
  private let limits: ServerLimits
  private let enroller: any Enroller
  private let library: AvatarLibrary
  private let logger: Logger
  private var jobs: [String: EnrollmentJob] = [:]
  private var waiting: [String] = []
  private var working: (id: String, task: Task<String, any Error>)?
  private var watchers: [Int: Watcher] = [:]
  private var watcherCount = 0
  private let wake: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation

  private struct Watcher {
    var id: String
    var continuation: AsyncStream<EnrollmentView>.Continuation
  }

  /// Takes up what an earlier run left.
  init(
    folder: DataFolder, limits: ServerLimits, enroller: any Enroller, library: AvatarLibrary,
    logger: Logger
  ) {
    self.folder = folder
    self.limits = limits
    self.enroller = enroller
    self.library = library
    self.logger = logger
    (wake, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    var unfinished: [EnrollmentJob] = []
    for id in DataFolder.names(in: folder.enrollments) {
      let place = folder.enrollments + "/" + id
      guard DataFolder.isIdentifier(id),
        var job = AtomicWrite.readJSON(EnrollmentJob.self, from: place + "/job.json"), job.id == id
      else {
        DataFolder.remove(place)
        continue
      }
      if !job.state.isOver {
        job.state = .queued
        unfinished.append(job)
      }
      jobs[id] = job
    }
    // What had begun goes first.
    waiting = unfinished.sorted {
      ($0.hasBegun ? 0 : 1, $0.consented) < ($1.hasBegun ? 0 : 1, $1.consented)
    }.map(\.id)
  }

  // MARK: Orders

  /// Orders an avatar of an upload.
  func order(
    upload: String, from store: UploadStore, name: String, quality: EnrollmentOrder.Quality,
    keepsVideo: Bool
  ) async throws -> EnrollmentView {
    guard waiting.count < limits.queuedEnrollments else {
      throw ServerError.queueFull(limit: limits.queuedEnrollments)
    }
    let id = DataFolder.newIdentifier()
    try folder.makeFolder("enrollments/" + id)
    let taken: Upload
    do {
      taken = try await store.take(upload, to: place(of: id) + "/video")
    } catch {
      DataFolder.remove(place(of: id))
      throw error
    }
    let job = EnrollmentJob(
      id: id, name: name, quality: quality, keepsVideo: keepsVideo,
      videoEnding: Self.ending(taken.metadata), consented: Date(), state: .queued)
    jobs[id] = job
    try save(job)
    waiting.append(id)
    bell.yield()
    return try view(id)
  }

  /// Tries again what failed or was stopped.
  func retry(_ id: String) throws -> EnrollmentView {
    guard var job = jobs[id] else { throw ServerError.unknownEnrollment }
    guard job.state == .failed || job.state == .cancelled, hasVideo(id) else {
      throw job.state.isOver ? ServerError.videoGone : ServerError.malformedBody(field: "state")
    }
    (job.state, job.failure, job.ended) = (.queued, nil, nil)
    try save(job)
    waiting.append(id)
    bell.yield()
    tellWatchers(of: id)
    return try view(id)
  }

  /// Stops an enrolment and removes its video; one that is over is forgotten.
  func remove(_ id: String) async throws {
    guard var job = jobs[id] else { throw ServerError.unknownEnrollment }
    waiting.removeAll { $0 == id }
    if !job.state.isOver {
      job.state = .cancelled
      job.ended = Date()
      jobs[id] = job
      tellWatchers(of: id)
    }
    jobs[id] = nil
    if let working, working.id == id {
      working.task.cancel()
      _ = await working.task.result
    }
    DataFolder.remove(place(of: id))
    endWatching(id)
    tellAll()
  }

  /// Stops and removes everything.
  func removeAll() async {
    for id in jobs.keys { try? await remove(id) }
  }

  // MARK: Looking

  /// What clients see of an enrolment.
  func view(_ id: String) throws(ServerError) -> EnrollmentView {
    guard let job = jobs[id] else { throw .unknownEnrollment }
    let place = waiting.firstIndex(of: id)
    return EnrollmentView(
      job, waiting: place.map { $0 + (working == nil ? 0 : 1) }, hasVideo: hasVideo(id))
  }

  /// All enrolments, the newest first.
  var all: [EnrollmentView] {
    jobs.values.sorted { $0.consented > $1.consented }.compactMap { try? view($0.id) }
  }

  /// The file of the growing picture.
  func previewPath(_ id: String) throws(ServerError) -> String {
    guard let job = jobs[id] else { throw .unknownEnrollment }
    guard job.previews > 0 else { throw .notFound }
    return place(of: id) + "/preview.png"
  }

  /// Views as they change, the present one first; only the newest waits for a slow reader.
  func watch(_ id: String) throws(ServerError) -> AsyncStream<EnrollmentView> {
    let now = try view(id)
    guard watchers.count < limits.eventStreams else {
      throw .tooManyStreams(limit: limits.eventStreams)
    }
    watcherCount += 1
    let number = watcherCount
    let (stream, continuation) = AsyncStream.makeStream(
      of: EnrollmentView.self, bufferingPolicy: .bufferingNewest(1))
    continuation.yield(now)
    if now.state.isOver {
      continuation.finish()
      return stream
    }
    watchers[number] = Watcher(id: id, continuation: continuation)
    continuation.onTermination = { _ in Task { await self.forget(watcher: number) } }
    return stream
  }

  private func forget(watcher: Int) { watchers[watcher] = nil }

  private func endWatching(_ id: String) {
    for watcher in watchers.values where watcher.id == id { watcher.continuation.finish() }
  }

  private func tellWatchers(of id: String) {
    guard let view = try? view(id) else { return }
    for watcher in watchers.values where watcher.id == id {
      watcher.continuation.yield(view)
      if view.state.isOver { watcher.continuation.finish() }
    }
  }

  private func tellAll() { for id in waiting { tellWatchers(of: id) } }

  // MARK: Work

  /// Works until the server shuts down; then stops what is being made, to be continued.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.work()
    }
    for watcher in watchers.values { watcher.continuation.finish() }
  }

  private func work() async {
    removeAbandoned()
    bell.yield()
    for await _ in wake {
      while !Task.isCancelled, !waiting.isEmpty {
        await work(on: waiting.removeFirst())
        removeAbandoned()
      }
      if Task.isCancelled { return }
    }
  }

  private func work(on id: String) async {
    guard var job = jobs[id] else { return }
    let order = EnrollmentOrder(
      video: place(of: id) + "/video", avatar: place(of: id) + "/result.avatar",
      preview: place(of: id) + "/preview.png", quality: job.quality, resumes: job.hasBegun)
    job.state = .running
    job.hasBegun = true
    jobs[id] = job
    try? save(job)
    logger.info("Enrolment begins", metadata: ["enrolment": "\(id)"])
    let enroller = enroller
    let task = Task { try await enroller.enroll(order) { await self.take($0, of: id) } }
    working = (id, task)
    tellWatchers(of: id)
    tellAll()
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      task.cancel()
    }
    working = nil
    // Removed meanwhile.
    guard let current = jobs[id] else { return }
    switch result {
    case .success(let figures): finish(current, order, figures)
    case .failure(let error):
      // The server shuts down: the state on the disk stays "running", to be continued.
      if Task.isCancelled { return }
      fail(current, error)
    }
  }

  private func take(_ news: EnrollmentNews, of id: String) {
    guard var job = jobs[id] else { return }
    switch news {
    case .preview: job.previews += 1
    case .progress(let stage, let done, let total, let loss):
      (job.stage, job.done, job.total) = (stage, done, total)
      job.loss = loss
    }
    jobs[id] = job
    tellWatchers(of: id)
  }

  private func finish(_ job: EnrollmentJob, _ order: EnrollmentOrder, _ figures: String) {
    var job = job
    do {
      job.avatar = try library.add(
        order, name: job.name, figures: figures,
        video: job.keepsVideo ? (order.video, job.videoEnding) : nil)
      job.state = .done
    } catch {
      job.state = .failed
      job.failure = EnrollmentFailure(
        kind: "storing", detail: "The avatar was made but could not be stored; \(error.sentence)",
        isOfVideo: false)
    }
    end(job, keepsVideo: job.state == .failed)
    logger.info("Enrolment ends", metadata: ["enrolment": "\(job.id)"])
  }

  private func fail(_ job: EnrollmentJob, _ error: any Error) {
    var job = job
    job.state = .failed
    let failure =
      error as? EnrollmentFailure
      ?? EnrollmentFailure(
        kind: "unforeseen", detail: "The enrolment could not be run; the server's log says why.",
        isOfVideo: false)
    job.failure = failure
    // A video that cannot become an avatar is of no use to anyone.
    end(job, keepsVideo: !failure.isOfVideo)
    logger.warning(
      "Enrolment fails",
      metadata: ["enrolment": "\(job.id)", "kind": "\(failure.kind)", "error": "\(error)"])
  }

  private func end(_ job: EnrollmentJob, keepsVideo: Bool) {
    var job = job
    job.ended = Date()
    jobs[job.id] = job
    try? save(job)
    let place = place(of: job.id)
    for name in DataFolder.names(in: place) where name != "job.json" {
      if name == "video", keepsVideo { continue }
      if name.hasSuffix(".checkpoint"), keepsVideo { continue }
      DataFolder.remove(place + "/" + name)
    }
    tellWatchers(of: job.id)
  }

  /// Removes videos that wait for another try for too long, and forgets what ended long ago.
  private func removeAbandoned() {
    let limit = Date().addingTimeInterval(-limits.abandonedSeconds)
    for job in jobs.values {
      guard let ended = job.ended, ended < limit else { continue }
      jobs[job.id] = nil
      DataFolder.remove(place(of: job.id))
    }
  }

  private func place(of id: String) -> String { folder.enrollments + "/" + id }

  private func hasVideo(_ id: String) -> Bool {
    FileManager.default.fileExists(atPath: place(of: id) + "/video")
  }

  private func save(_ job: EnrollmentJob) throws(ServerError) {
    jobs[job.id] = job
    try AtomicWrite.writeJSON(job, to: place(of: job.id) + "/job.json")
  }

  /// What a kept video's name shall end with, as far as the client's words can be trusted.
  private static func ending(_ metadata: [String: String]) -> String {
    let type = metadata["filetype"]?.prefix { $0 != ";" } ?? ""
    switch type {
    case "video/webm": return "webm"
    case "video/mp4": return "mp4"
    case "video/quicktime": return "mov"
    case "video/x-matroska": return "mkv"
    default: break
    }
    let ending = metadata["filename"]?.split(separator: ".").last?.lowercased() ?? ""
    return ["webm", "mp4", "mov", "mkv", "m4v", "avi"].contains(ending) ? ending : "video"
  }
}
