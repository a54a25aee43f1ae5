import EnclaveLayout
import SGX
import SoftSGX

extension EnclaveDevice {
    private var copiesAtOnce: Int { 64 }

    /// Adds the pages of a run, measured or not as it says.
    package func add(_ run: PageRun) throws(EnclaveHostError) {
        switch run.contents {
        case .zeros: try addPages(.zeros(pages: run.pageCount), at: run.offset, run.secinfo, measured: run.measured)
        case .bytes(let bytes): try add(bytes, at: run.offset, run)
        case .repeated(let page):
            let batch = (0..<min(copiesAtOnce, run.pageCount)).flatMap { _ in page }
            for first in stride(from: 0, to: run.pageCount, by: copiesAtOnce) {
                let count = min(copiesAtOnce, run.pageCount - first)
                try add(
                    count == copiesAtOnce ? batch : [UInt8](batch[..<(count * 4096)]), at: run.offset + UInt64(first) * 4096, run)
            }
        }
    }

    /// Gives added runs the rights of their SECINFO; adjacent runs of the same kind become one mapping.
    package func map(_ runs: [PageRun]) throws(EnclaveHostError) {
        var held: (offset: UInt64, length: UInt64, secinfo: SECINFO)?
        for run in runs {
            if let last = held, last.offset + last.length == run.offset, last.secinfo == run.secinfo {
                held?.length += run.length
                continue
            }
            if let last = held { try map(last.offset, last.length, last.secinfo) }
            held = (run.offset, run.length, run.secinfo)
        }
        if let last = held { try map(last.offset, last.length, last.secinfo) }
    }

    private func add(_ bytes: [UInt8], at offset: UInt64, _ run: PageRun) throws(EnclaveHostError) {
        try bytes.withUnsafeBufferPointer { (pages) throws(EnclaveHostError) in
            try addPages(.bytes(UnsafeRawBufferPointer(pages)), at: offset, run.secinfo, measured: run.measured)
        }
    }
}
