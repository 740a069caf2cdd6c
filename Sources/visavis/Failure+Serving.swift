import AvatarServer
import Foundation

/// Why the server does not start, or ends.
enum ServingFailure: Error, Equatable, UserFacingError {
  /// There are no pages beside the program.
  case noPages
  /// The folder holds no pages.
  case notPages(folder: String)
  /// The pages' cores have not been built.
  case noCores(folder: String)
  /// The settings file cannot be read.
  case unreadableSettings(path: String)
  /// The data folder cannot be made or written.
  case dataFolder(path: String)
  /// The certificate or its key cannot be used.
  case certificate(reason: String)
  /// The address is taken by another program.
  case addressTaken(host: String, port: Int)
  /// The address is not this machine's, or may not be used.
  case addressRefused(host: String, port: Int, reason: String)

  /// What an error of the running server means.
  init(_ error: any Error, _ settings: ServerSettings) {
    let text = "\(error)"
    if text.contains("errno: \(EADDRINUSE)") {
      self = .addressTaken(host: settings.host, port: settings.port)
    } else {
      self = .addressRefused(host: settings.host, port: settings.port, reason: text)
    }
  }

  /// Runs what prepares a server.
  static func rendering<T>(_ settings: ServerSettings, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as ServerError where error == .failure || error == .diskFull {
      throw ServingFailure.dataFolder(path: settings.dataFolder)
    } catch let error as CocoaError {
      _ = error
      throw ServingFailure.dataFolder(path: settings.dataFolder)
    } catch {
      throw ServingFailure.certificate(reason: "\(error)")
    }
  }

  var sentence: String {
    switch self {
    case .noPages:
      "The pages are not beside the program. Say where they are with --web FOLDER."
    case .notPages(let folder):
      "The folder \(folder) holds no pages. Give the folder Web of visavis with --web."
    case .noCores(let folder):
      "The pages in \(folder) lack their cores. Build them with make web in the checkout."
    case .unreadableSettings(let path):
      "\(path) is not JSON that can be read. Correct or remove it."
    case .dataFolder(let path):
      "The folder \(path) cannot be written. Choose another with --data FOLDER."
    case .certificate(let reason):
      "The certificate cannot be used (\(reason)). Give PEM files with --certificate and --key."
    case .addressTaken(let host, let port):
      "Another program listens at \(host):\(port). Choose another port with --port, or 0 for any."
    case .addressRefused(let host, let port, let reason):
      "The server cannot listen at \(host):\(port) (\(reason)). Choose another with --host and --port."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .noPages, .notPages, .noCores: .noInput
    case .unreadableSettings, .certificate: .badData
    case .dataFolder: .cannotCreate
    case .addressTaken, .addressRefused: .unavailable
    }
  }
}
