extension PlatformCertificate {
    public var pem: String { PEM.text(der) }

    /// The common name of the issuer, or the whole name in hexadecimal when it has none.
    public var issuerName: String { DistinguishedNameText.commonName(issuer) ?? Hex.text(issuer) }
}
