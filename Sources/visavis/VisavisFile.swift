import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// The kinds of file that Visavis writes, told apart by their first four bytes.
enum VisavisFile: String, Codable, CaseIterable {
  /// A person.
  case avatar
  /// What drives one.
  case stream
  /// The head that all avatars are made from.
  case template

  private var magic: [UInt8] {
    switch self {
    case .avatar: Array("VVAV".utf8)
    case .stream: Array("VVST".utf8)
    case .template: Array("VVTP".utf8)
    }
  }

  /// The kind that bytes begin as; nil for anything else.
  init?(startingWith bytes: some Sequence<UInt8>) {
    let head = Array(bytes.prefix(4))
    guard let kind = Self.allCases.first(where: { $0.magic == head }) else { return nil }
    self = kind
  }

  /// Reads an avatar.
  static func avatar(_ path: String) throws(FileFailure) -> Avatar {
    let bytes = try bytes(path, as: .avatar)
    do { return try Avatar(bytes: bytes) } catch { throw .damaged(path: path, error) }
  }

  /// Reads a stream whose states are in order.
  static func stream(_ path: String) throws(FileFailure) -> AvatarStream {
    let bytes = try bytes(path, as: .stream)
    do {
      let stream = try AvatarStream(bytes: bytes)
      let times = stream.states.map(\.face.time)
      if let k = times.indices.dropFirst().first(where: { times[$0] <= times[$0 - 1] }) {
        throw FileFailure.disordered(path: path, state: k)
      }
      return stream
    } catch let error as FileFailure {
      throw error
    } catch {
      throw .damaged(path: path, error)
    }
  }

  /// The bytes of a file of a kind; nothing but its first four are read if it is of another.
  static func bytes(_ path: String, as kind: VisavisFile) throws(FileFailure) -> [UInt8] {
    let found = try self.kind(of: path)
    guard found == kind else { throw .wrongKind(path: path, expected: kind, found: found) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    return [UInt8](data)
  }

  /// The kind of a file; nil for files that are not ours.
  static func kind(of path: String) throws(FileFailure) -> VisavisFile? {
    guard FileManager.default.fileExists(atPath: path) else { throw .notFound(path: path) }
    guard !isFolder(path), let file = FileHandle(forReadingAtPath: path) else {
      throw .unreadable(path: path)
    }
    defer { try? file.close() }
    do {
      return VisavisFile(startingWith: try file.read(upToCount: 4) ?? Data())
    } catch {
      throw .unreadable(path: path)
    }
  }

  /// What it is called, with its article.
  var words: String {
    switch self {
    case .avatar: "an avatar"
    case .stream: "a stream"
    case .template: "a template"
    }
  }
}

/// Why a file of ours cannot be used.
enum FileFailure: Error, UserFacingError {
  /// There is none.
  case notFound(path: String)
  /// It is a folder, or may not be read.
  case unreadable(path: String)
  /// It is something else.
  case wrongKind(path: String, expected: VisavisFile, found: VisavisFile?)
  /// Its contents were refused.
  case damaged(path: String, any Error)
  /// A stream's state is not later than the one before it.
  case disordered(path: String, state: Int)
  /// A stream's corrections are for another avatar.
  case otherAvatar(stream: String, avatar: String)
  /// A stream has no states.
  case emptyStream(path: String)
  /// It is none of ours.
  case unknownKind(path: String)

  var sentence: String {
    switch self {
    case .notFound(let path):
      "There is no file at \(path). Check the name."
    case .unreadable(let path):
      "\(path) cannot be read. Choose a file, not a folder, that you may read."
    case .wrongKind(let path, let expected, let found):
      "\(path) is \(found?.words ?? "no file of visavis"), not \(expected.words). "
        + Self.advice(expected)
    case .damaged(let path, let error):
      "\(path): \(Failure(error).sentence)"
    case .disordered(let path, let state):
      "\(path) is damaged: state \(state) does not come after the one before it. "
        + Self.advice(.stream)
    case .otherAvatar(let stream, let avatar):
      "\(stream) was made for another avatar than \(avatar). "
        + "Drive this one with visavis drive, or render the other."
    case .emptyStream(let path):
      "\(path) holds no states, so there is nothing to draw. " + Self.advice(.stream)
    case .unknownKind(let path):
      "\(path) is neither an avatar nor a stream nor a template. "
        + "Give a file that visavis enroll or visavis drive wrote."
    }
  }

  private static func advice(_ kind: VisavisFile) -> String {
    switch kind {
    case .avatar: "Make an avatar with visavis enroll."
    case .stream: "Make a stream with visavis drive."
    case .template: "Make the template with make assets."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .notFound, .unreadable: .noInput
    case .damaged(_, let error): Failure(error).exitCode
    default: .badData
    }
  }
}
