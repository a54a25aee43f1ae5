/// When each piece of what a verdict rests on was issued and when it ends.
///
/// A chain holds from the issue of its newest certificate to the end of the one that ends first.
public struct CollateralDates: Equatable, Sendable {
    public let validities: [CollateralPart: Validity]

    /// The end of what ends first: the verdict cannot be repeated after it.
    public var earliestExpiry: Timestamp { validities.values.map(\.until).min() ?? Timestamp(seconds: .min) }
    public var latestIssue: Timestamp { validities.values.map(\.from).max() ?? Timestamp(seconds: .max) }

    /// The issue of the oldest document, certificates left aside.
    public var oldestDocument: Timestamp {
        validities.filter { $0.key.isDocument }.values.map(\.from).min() ?? Timestamp(seconds: .min)
    }

    /// The end of the document that ends first, certificates left aside.
    public var earliestDocumentExpiry: Timestamp {
        validities.filter { $0.key.isDocument }.values.map(\.until).min() ?? Timestamp(seconds: .min)
    }

    /// What is over at this moment, in the order of the parts; empty or the options report it, else it fails.
    func ended(at now: Timestamp, options: VerificationOptions) throws(VerificationFailure) -> [CollateralPart] {
        var ended: [CollateralPart] = []
        for part in CollateralPart.allCases {
            guard let validity = validities[part] else { continue }
            if now < validity.from {
                guard options.futureDates == .ignore else {
                    throw .notYetValid(part: part.rawValue, from: validity.from, at: now)
                }
                if part.isRevocationList { ended.append(part) }
            } else if now > validity.until {
                guard options.expiredCollateral == .report else {
                    throw .expired(part: part.rawValue, until: validity.until, at: now)
                }
                ended.append(part)
            }
        }
        return ended
    }
}
