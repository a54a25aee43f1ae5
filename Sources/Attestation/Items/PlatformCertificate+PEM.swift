extension PlatformCertificate {
    public var pem: String { PEM.text(der) }
}
