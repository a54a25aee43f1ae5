import EnclaveCrypto
import SGX

/// Fields that several structures have.
enum EnclaveFacts {
    private static let flags: [(Attributes.Flags, String)] = [
        (.initialized, "INIT"), (.debug, "DEBUG"), (.mode64Bit, "MODE64BIT"), (.provisionKey, "PROVISIONKEY"),
        (.einitTokenKey, "EINITTOKEN_KEY"), (.cet, "CET"), (.kss, "KSS"), (.aexNotify, "AEXNOTIFY"),
    ]

    /// Names of the flags that are set; bits without a name as a number.
    static func attributes(_ attributes: Attributes) -> Fact {
        var names = flags.filter { attributes.flags.contains($0.0) }.map(\.1)
        let unnamed = attributes.flags.rawValue & ~Attributes.Flags.defined.rawValue
        if unnamed != 0 { names.append(hex(unnamed)) }
        return .text("\(names.joined(separator: " ")) (\(hex(attributes.flags.rawValue))), XFRM \(hex(attributes.xfrm.rawValue))")
    }

    static func misc(_ misc: MiscSelect) -> Fact { .text(hex(UInt64(misc.rawValue))) }

    static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

/// TARGETINFO.
enum TargetInfoFacts {
    static func members(_ target: TargetInfo) -> Fact {
        .members([
            ("mrenclave", .bytes(target.measurement.bytes)), ("attributes", EnclaveFacts.attributes(target.attributes)),
            ("miscSelect", EnclaveFacts.misc(target.miscSelect)), ("configSVN", .number(UInt64(target.configSVN))),
            ("configID", .bytes(target.configID.bytes)),
        ])
    }
}

/// REPORT, and the body of one as quotes carry it.
enum ReportFacts {
    static func members(_ report: Report) -> Fact {
        guard case .members(let body) = members(report.body) else { return .list([]) }
        return .members(body + [("keyID", .bytes(report.keyID.bytes)), ("mac", .bytes(report.mac.bytes))])
    }

    static func members(_ body: ReportBody) -> Fact {
        .members([
            ("mrenclave", .bytes(body.mrEnclave.bytes)), ("mrsigner", .bytes(body.mrSigner.bytes)),
            ("productID", .number(UInt64(body.isvProdID))), ("securityVersion", .number(UInt64(body.isvSVN))),
            ("debug", .flag(body.attributes.flags.contains(.debug))), ("attributes", EnclaveFacts.attributes(body.attributes)),
            ("miscSelect", EnclaveFacts.misc(body.miscSelect)), ("cpuSVN", .bytes(body.cpuSVN.bytes)),
            ("configID", .bytes(body.configID.bytes)), ("configSVN", .number(UInt64(body.configSVN))),
            ("extendedProductID", .bytes(body.isvExtProdID.bytes)), ("familyID", .bytes(body.isvFamilyID.bytes)),
            ("reportData", .bytes(body.reportData.bytes)),
        ])
    }
}

/// SIGSTRUCT, and whether its signature holds.
enum SigstructFacts {
    static func members(_ sigstruct: SIGSTRUCT) -> Fact {
        .members([
            ("mrenclave", .bytes(sigstruct.enclaveHash.bytes)), ("mrsigner", .bytes(sigstruct.mrSigner.bytes)),
            ("productID", .number(UInt64(sigstruct.isvProdID))), ("securityVersion", .number(UInt64(sigstruct.isvSVN))),
            ("date", .text(String(sigstruct.date, radix: 16))), ("vendor", .text(EnclaveFacts.hex(UInt64(sigstruct.vendor)))),
            ("softwareDefined", .text(EnclaveFacts.hex(UInt64(sigstruct.swDefined)))),
            ("attributes", EnclaveFacts.attributes(sigstruct.attributes)),
            ("attributeMask", EnclaveFacts.attributes(sigstruct.attributeMask)),
            ("miscSelect", EnclaveFacts.misc(sigstruct.miscSelect)), ("miscMask", EnclaveFacts.misc(sigstruct.miscMask)),
            ("extendedProductID", .bytes(sigstruct.isvExtProdID.bytes)), ("familyID", .bytes(sigstruct.isvFamilyID.bytes)),
            ("exponent", .number(UInt64(sigstruct.exponent))), ("modulus", .bytes(sigstruct.modulus.bytes)),
            ("signature", .text(signature(sigstruct))),
        ])
    }

    private static func signature(_ sigstruct: SIGSTRUCT) -> String {
        do throws(SIGSTRUCTError) {
            try sigstruct.check()
            return "holds"
        } catch {
            return "does not hold: \(error)"
        }
    }
}

/// EINITTOKEN.
enum TokenFacts {
    static func members(_ token: EINITTOKEN) -> Fact {
        .members([
            ("valid", .flag(token.isValid)), ("mrenclave", .bytes(token.mrEnclave.bytes)),
            ("mrsigner", .bytes(token.mrSigner.bytes)),
            ("attributes", EnclaveFacts.attributes(token.attributes)), ("cpuSVN", .bytes(token.cpuSVN.bytes)),
            ("productID", .number(UInt64(token.isvProdID))), ("securityVersion", .number(UInt64(token.isvSVN))),
            ("maskedAttributes", EnclaveFacts.attributes(token.maskedAttributes)),
            ("maskedMiscSelect", EnclaveFacts.misc(token.maskedMiscSelect)), ("keyID", .bytes(token.keyID.bytes)),
            ("mac", .bytes(token.mac.bytes)),
        ])
    }
}
