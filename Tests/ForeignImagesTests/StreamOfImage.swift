import EnclaveLayout
import ForeignImages
import SGX

/// The runs of an image as an SGXS stream.
struct StreamOfImage {
    let bytes: [UInt8]

    init(_ image: ForeignImage) {
        var stream = SGXSWriter()
        stream.create(size: image.secs.size, frame: image.secs.ssaFrameSize)
        for run in image.runs {
            for number in 0..<run.pageCount {
                let offset = run.offset + UInt64(number) * 4096
                if run.measured {
                    stream.page(offset, run.secinfo.flags.rawValue, Self.page(number, of: run))
                } else {
                    stream.add(offset, run.secinfo.flags.rawValue)
                }
            }
        }
        bytes = stream.bytes
    }

    private static func page(_ number: Int, of run: PageRun) -> [UInt8] {
        switch run.contents {
        case .bytes(let bytes): Array(bytes[number * 4096..<(number + 1) * 4096])
        case .repeated(let page): page
        case .zeros: [UInt8](repeating: 0, count: 4096)
        }
    }
}
