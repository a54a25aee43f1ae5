import EnclaveCrypto
import ForeignImages

/// libFuzzer's entry: every input is a plan that hangs together or an error of one line.
@c(LLVMFuzzerTestOneInput)
public func fuzzForeignImage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    do throws(ForeignImageError) {
        let image = try ForeignImage(bytes, limits: ImageConsistency.limits)
        if let fault = ImageConsistency.fault(of: image) { fatalError(fault) }
    } catch {
        let line = error.description
        precondition(!line.isEmpty && line.utf8.count < 300 && !line.utf8.contains(0x0a), line)
    }
    return 0
}
