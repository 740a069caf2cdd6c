/// The program's version.
public enum Version {
  /// As in `visavis --version`.
  public static let string = "0.1.0"
}
