import EnclaveCrypto
import EnclaveLayout
import ForeignImages
import SGX

/// What every plan must be, whatever bytes it was made of; the fuzz target compiles this file too.
enum ImageConsistency {
    /// Small enough for thousands of inputs a second.
    static var limits: ImageLimits {
        var limits = ImageLimits()
        limits.pages = 1 << 12
        limits.measuredPages = 1 << 10
        limits.runs = 1 << 10
        limits.contentBytes = 1 << 24
        return limits
    }

    /// What is wrong with it, nil when nothing is.
    static func fault(of image: ForeignImage) -> String? {
        guard image.secs.size.nonzeroBitCount == 1, image.secs.size <= limits.addressSpace else { return "size \(image.secs.size)" }
        guard image.secs.ssaFrameSize > 0 else { return "frames without pages" }
        if image.baseIsFixed, image.secs.baseAddress % image.secs.size != 0 { return "base \(image.secs.baseAddress)" }
        if let signature = image.signature, signature.count != SIGSTRUCT.byteCount {
            return "signature of \(signature.count) bytes"
        }
        var end: UInt64 = 0
        for run in image.runs.sorted(by: { $0.offset < $1.offset }) {
            guard run.pageCount > 0, run.offset % 4096 == 0, run.offset >= end else { return "run at \(run.offset)" }
            end = run.offset + run.length
            guard end <= image.secs.size else { return "run at \(run.offset) beyond the end" }
            if let fault = fault(of: run) { return fault }
        }
        return measurementFault(of: image)
    }

    private static func fault(of run: PageRun) -> String? {
        switch run.contents {
        case .bytes(let bytes): if bytes.count != run.pageCount * 4096 { return "run of \(bytes.count) bytes" }
        case .repeated(let page): if page.count != 4096 { return "page of \(page.count) bytes" }
        case .zeros: if run.secinfo.pageType == .tcs { return "a TCS without contents" }
        }
        let isRegular = run.secinfo.pageType == .regular && run.secinfo.flags.rawValue & ~0x207 == 0
        return isRegular || run.secinfo == .tcs ? nil : "flags \(run.secinfo.flags.rawValue)"
    }

    /// A stream's own hash and that of the pages it leads to are the same thing, where a driver can add them.
    private static func measurementFault(of image: ForeignImage) -> String? {
        guard image.obstacle == nil else { return nil }
        var measurement = Measurement.ecreate(ssaFrameSize: image.secs.ssaFrameSize, size: image.secs.size)
        for run in image.runs { run.measure(into: &measurement) }
        return measurement.finalize() == image.measure() ? nil : "pages measure to another MRENCLAVE"
    }
}
