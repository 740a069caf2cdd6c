import Foundation
import ServerSupport

/// The avatars of the data folder.
struct AvatarLibrary: Sendable {
  let folder: DataFolder

  /// What is known of an avatar beside its file.
  struct Entry: Codable, Sendable, Equatable {
    /// What the person is called.
    var name: String
    /// When it was made.
    var created: Date
    /// How good it is, as `visavis enroll --json` says.
    var trainingPSNR: Double?
    var splats: Int?
    var framesRead: Int?
  }

  /// What clients see of an avatar.
  struct View: Codable, Sendable, Equatable {
    struct Links: Codable, Equatable {
      var avatar, mirror: String
      var portrait, report, video: String?
    }

    /// Its name in addresses.
    var id: String
    var name: String
    var created: Date
    var bytes: Int
    var splats: Int?
    var links: Links
  }

  /// All avatars, the newest first.
  var all: [View] {
    DataFolder.names(in: folder.avatars).filter { $0.hasSuffix(".avatar") }
      .compactMap { try? view(String($0.dropLast(7))) }
      .sorted { $0.created > $1.created }
  }

  /// One avatar.
  func view(_ id: String) throws(ServerError) -> View {
    guard SafePath.isSafe(id), let file = OpenFile(path(id, "avatar")) else {
      throw .unknownAvatar
    }
    let entry = AtomicWrite.readJSON(Entry.self, from: path(id, "json"))
    func link(_ ending: String) -> String? {
      FileManager.default.fileExists(atPath: path(id, ending))
        ? "/avatars/\(Self.escaped(id)).\(ending)" : nil
    }
    let avatar = "/avatars/\(Self.escaped(id)).avatar"
    return View(
      id: id, name: entry?.name ?? id,
      created: entry?.created ?? Date(timeIntervalSince1970: file.modified), bytes: file.size,
      splats: entry?.splats,
      links: View.Links(
        avatar: avatar, mirror: "/?avatar=" + avatar, portrait: link("png"),
        report: link("report.html"),
        video: videoName(id).map { "/avatars/" + Self.escaped($0) }))
  }

  /// Takes what an enrolment made into the library.
  ///
  /// - Returns: the avatar's name in addresses.
  func add(
    _ order: EnrollmentOrder, name: String, figures: String, video: (path: String, ending: String)?
  ) throws(ServerError) -> String {
    let id = freeIdentifier(for: name)
    var entry = Entry(name: name, created: Date())
    struct Figures: Decodable {
      var trainingPSNR: Double?
      var splats: Int?
      var framesRead: Int?
    }
    if let figures = try? JSONDecoder().decode(Figures.self, from: Data(figures.utf8)) {
      (entry.trainingPSNR, entry.splats) = (figures.trainingPSNR, figures.splats)
      entry.framesRead = figures.framesRead
    }
    try AtomicWrite.writeJSON(entry, to: path(id, "json"))
    let report = String(order.avatar.dropLast(7)) + ".report.html"
    // The avatar last: what has one is complete.
    for (source, ending) in [
      (order.preview, "png"), (report, "report.html"),
      (video?.path ?? "", "video." + (video?.ending ?? "")), (order.avatar, "avatar"),
    ] where !source.isEmpty {
      let moved = rename(source, path(id, ending)) == 0
      if !moved && ending == "avatar" {
        remove(id)
        throw .failure
      }
    }
    return id
  }

  /// Takes an avatar from elsewhere into the library; one whose bytes are there already stays as it is.
  ///
  /// - Parameter name: what the person is called.
  /// - Returns: the avatar's name in addresses.
  func add(_ avatar: [UInt8], name: String) throws(ServerError) -> String {
    let same = DataFolder.names(in: folder.avatars).first { file in
      let path = folder.avatars + "/" + file
      return file.hasSuffix(".avatar") && OpenFile(path)?.size == avatar.count
        && FileManager.default.contents(atPath: path) == Data(avatar)
    }
    if let same { return String(same.dropLast(7)) }
    let id = freeIdentifier(for: name)
    try AtomicWrite.writeJSON(Entry(name: name, created: Date()), to: path(id, "json"))
    try AtomicWrite.write(avatar, to: path(id, "avatar"))
    return id
  }

  /// Removes an avatar and all that belongs to it.
  func remove(_ id: String) {
    for ending in ["avatar", "json", "png", "report.html"] { unlink(path(id, ending)) }
    if let video = videoName(id) { unlink(folder.avatars + "/" + video) }
  }

  /// Removes all.
  func removeAll() {
    for name in DataFolder.names(in: folder.avatars) {
      DataFolder.remove(folder.avatars + "/" + name)
    }
  }

  /// Opens a file of the library, as addresses name it.
  func open(_ name: String) -> OpenFile? {
    guard SafePath.isSafe(name), !name.hasSuffix(".json") else { return nil }
    return OpenFile(folder.avatars + "/" + name, within: folder.avatars)
  }

  private func path(_ id: String, _ ending: String) -> String {
    folder.avatars + "/" + id + "." + ending
  }

  private func videoName(_ id: String) -> String? {
    ["webm", "mp4", "mov", "mkv", "m4v", "avi", "video"].map { "\(id).video.\($0)" }
      .first { FileManager.default.fileExists(atPath: folder.avatars + "/" + $0) }
  }

  private func freeIdentifier(for name: String) -> String {
    let plain = name.folding(
      options: [.diacriticInsensitive, .caseInsensitive, .widthInsensitive], locale: nil
    ).lowercased()
    let letters = plain.unicodeScalars.map { scalar -> Character in
      let isPlain = (97...122).contains(scalar.value) || (48...57).contains(scalar.value)
      return isPlain ? Character(scalar) : "-"
    }
    var slug = String(letters).split(separator: "-").joined(separator: "-")
    slug = slug.isEmpty ? "person" : String(slug.prefix(40))
    var id = slug
    var number = 2
    while FileManager.default.fileExists(atPath: path(id, "avatar"))
      || FileManager.default.fileExists(atPath: path(id, "json"))
    {
      id = "\(slug)-\(number)"
      number += 1
    }
    return id
  }

  private static func escaped(_ name: String) -> String {
    name.addingPercentEncoding(
      withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-_.~")))
      ?? name
  }
}
