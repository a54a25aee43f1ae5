import AESM

/// What becomes of one request to the quoting service.
package enum QuotingAnswer: Equatable, Sendable {
    case reply(AESMResponse)
    /// The service behind this one answers it.
    case forward(AESMOperation)
    /// A refusal, and for the log what the protocol has no words for.
    case refuse(AESMResponse, why: String)
}
