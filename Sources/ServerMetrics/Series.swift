/// What one series holds, as lines of the text format.
protocol Series: AnyObject, Sendable {
  /// Appends its samples.
  func write(name: String, labels: SeriesLabels, to text: inout String)
}
