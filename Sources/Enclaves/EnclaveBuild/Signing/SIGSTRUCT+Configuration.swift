import EnclaveCrypto
import SGX
import Wire

extension SIGSTRUCT {
    /// What is signed for `configuration`: every attribute bit is covered by the mask, so the host chooses none (decision 13).
    public init(configuration: EnclaveConfiguration, measurement: Digest) {
        self.init()
        date = Self.bcd(configuration.buildDate)
        miscSelect = .exinfo
        miscMask = .all
        attributes = Attributes(
            flags: Attributes.Flags(rawValue: configuration.attributes), xfrm: Attributes.XFRM(rawValue: configuration.xfrm))
        attributeMask = Self.productAttributeMask
        enclaveHash = measurement
        isvProdID = configuration.productID
        isvSVN = configuration.securityVersion
    }

    /// yyyymmdd in BCD of a day, from seconds since 1970: the date comes from the input, so that signing twice gives the same bytes.
    static func bcd(_ seconds: UInt64) -> UInt32 {
        // Civil from days, in eras of 400 years that begin in March.
        let days = Int(seconds / 86400) + 719_468
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + days / 146_097 * 400 + (month >= 10 ? 1 : 0)
        let number = year * 10000 + (month < 10 ? month + 3 : month - 9) * 100 + day
        return String(number).utf8.reduce(0) { $0 << 4 | UInt32($1 - 48) }
    }
}
