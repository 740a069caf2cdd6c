/// Why a data folder's people are not opened, beside failures of the disk.
public enum OpeningError: Error, Equatable, Sendable {
  /// The database was written by a later version of this program.
  case laterVersion
}
