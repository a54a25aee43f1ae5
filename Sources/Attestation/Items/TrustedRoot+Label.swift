extension TrustedRoot {
    /// Names the root among others in file names: `intel`, or the fingerprint in hexadecimal.
    public var label: String {
        switch self {
        case .intel: "intel"
        case .simulation(let fingerprint), .named(let fingerprint): Hex.text(fingerprint)
        }
    }
}
