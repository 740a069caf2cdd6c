/// What each metric counts, for who reads the page.
public enum MetricSentences {
  /// By metric.
  public static let all = [
    "visavis_rooms_open": "Rooms that somebody is in.",
    "visavis_rooms_participants": "Participants who are connected.",
    "visavis_rooms_sockets": "Sockets that are open, in rooms and at their doors.",
    "visavis_rooms_packets_received_total": "Packets that came.",
    "visavis_rooms_packets_relayed_total": "Packets that were passed on.",
    "visavis_rooms_packets_dropped_total":
      "Packets that were not passed on: late, over the rate, or malformed.",
    "visavis_rooms_messages_total": "Control messages that came.",
    "visavis_rooms_writes_total": "Writes to sockets.",
    "visavis_rooms_relay_seconds": "How long packets waited to be passed on.",
    "visavis_rooms_refusals_total": "What was refused in rooms and at their doors, by code.",
    "visavis_people_tokens_total": "Tokens that were given out.",
    "visavis_people_refusals_total": "Requests about people and rooms that were refused, by kind.",
    "visavis_people_commit_seconds": "How long commits to the disk took.",
    "visavis_people_writes_total": "Writes, of which several share a commit.",
  ]
}
