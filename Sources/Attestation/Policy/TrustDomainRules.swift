/// What a policy wants of a TDX trust domain; empty lists accept any value, or zero alone where the host sets the field.
public struct TrustDomainRules: Equatable, Sendable {
    /// MRTD.
    public var measurements: [[UInt8]]
    /// RTMR0 to RTMR3.
    public var runtimeMeasurements: [[[UInt8]]] = [[], [], [], []]
    /// MRSEAM.
    public var modules: [[UInt8]] = []
    /// MRSIGNERSEAM; zero is Intel.
    public var moduleSigners: [[UInt8]] = []
    public var configIDs: [[UInt8]] = []
    public var owners: [[UInt8]] = []
    public var ownerConfigurations: [[UInt8]] = []
    /// MRSERVICETD.
    public var serviceDomains: [[UInt8]] = []
    public var allowsDebug = false
    public var requiresSEPTVEDisable = true
    public var allowsUnknownAttributes = false

    public init(measurements: [[UInt8]]) { self.measurements = measurements }
}
