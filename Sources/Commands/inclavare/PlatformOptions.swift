import ArgumentParser
import Attestation
import CollateralService

/// Whose collateral is meant: the platform of a quote, or a family by its FMSPC.
struct PlatformOptions: ParsableArguments {
    @Option(help: "The platform that made this quote; - reads standard input.")
    var quote: String?

    @Option(help: "The platform family, 12 hexadecimal digits; with --ca.")
    var fmspc: String?

    @Option(help: "Who issues the family's PCK certificates: processor or platform.")
    var ca: String?

    @Flag(help: "Collateral for trust domains (TDX) of the family.")
    var tdx = false

    @Option(help: "Which set of TCB data: standard, early, or an evaluation data number.")
    var update = "standard"

    var isGiven: Bool { quote != nil || fmspc != nil }

    func subject() throws -> CollateralSubject {
        switch (quote, fmspc) {
        case (let quote?, nil):
            do { return try CollateralSubject(quote: try VerifyInput.read(quote, "quote")) } catch let failure
                as VerificationFailure
            {
                throw ValidationError("\(quote): \(failure)")
            }
        case (nil, let fmspc?):
            guard let authority = ca.flatMap({ PCKAuthority(rawValue: $0) }) else {
                throw ValidationError("--fmspc needs --ca processor or --ca platform")
            }
            return .known(
                PlatformIdentity(
                    fmspc: try VerifyInput.hex(fmspc, "--fmspc", 6...6), issuerName: "PCK \(authority.rawValue) CA", isTDX: tdx))
        default: throw ValidationError("name the platform with --quote FILE, or with --fmspc HEX and --ca")
        }
    }

    func tcbUpdate() throws -> TCBUpdate {
        guard let update = TCBUpdate(update) else {
            throw ValidationError("--update takes standard, early or a number from 1 to 65535")
        }
        return update
    }
}
