import AESM

/// libFuzzer's entry: what comes from a client or from a service decodes to something that decodes again from its own bytes, or is refused.
@c(LLVMFuzzerTestOneInput)
public func fuzzAESM(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    AESMConsistency.check([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
