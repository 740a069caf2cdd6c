/// The protocols by which other programs send faces.
public enum MotionProtocol: String, CaseIterable, Sendable {
  /// Live Link Face of Epic Games: an iPhone.
  case liveLinkFace = "livelink"
  /// iFacialMocap and Facemotion3d: an iPhone.
  case iFacialMocap = "ifacialmocap"
  /// The Virtual Motion Capture protocol.
  case vmc
  /// OpenSeeFace: a webcam.
  case openSeeFace = "openseeface"
  /// VRCFaceTracking's parameters: headsets.
  case vrcFaceTracking = "vrcft"

  /// The port that its receivers listen at.
  public var defaultPort: Int {
    switch self {
    case .liveLinkFace: 11111
    case .iFacialMocap: 49983
    case .vmc: 39539
    case .openSeeFace: 11573
    case .vrcFaceTracking: 9000
    }
  }

  /// What it is called in text.
  public var title: String {
    switch self {
    case .liveLinkFace: "Live Link Face"
    case .iFacialMocap: "iFacialMocap"
    case .vmc: "VMC"
    case .openSeeFace: "OpenSeeFace"
    case .vrcFaceTracking: "VRCFaceTracking"
    }
  }

  /// A receiver that has heard nothing.
  public func makeReceiver() -> any MotionReceiver {
    switch self {
    case .liveLinkFace: LiveLinkFaceReceiver()
    case .iFacialMocap: IFacialMocapReceiver()
    case .vmc: VMCReceiver()
    case .openSeeFace: OpenSeeFaceReceiver()
    case .vrcFaceTracking: VRCFaceTrackingReceiver()
    }
  }
}

/// Turns the datagrams of one sender into frames.
public protocol MotionReceiver {
  /// Takes a datagram.
  ///
  /// - Returns: what is known of the person now; nil where the datagram completes nothing, or the
  ///   sender sees no face.
  /// - Throws: ``ProtocolError``; any bytes are answered, and what was known before stays.
  mutating func receive(_ packet: [UInt8]) throws(ProtocolError) -> MotionFrame?
}
