import EnclaveCrypto
import SGX

/// An enclave that was loaded and initialised.
struct LoadReport: Encodable {
    let device: String
    let base: String
    let size: UInt64
    let pages: Int
    let threads: Int
    let mrenclave: String
    let mrsigner: String
    let debug: Bool
    let milliseconds: Int

    init(_ secs: SECS, pages: Int, threads: Int, _ sigstruct: SIGSTRUCT, isSimulated: Bool, milliseconds: Int) {
        device = isSimulated ? "software SGX" : "the kernel's SGX driver"
        base = "0x" + String(secs.baseAddress, radix: 16)
        size = secs.size
        self.pages = pages
        self.threads = threads
        mrenclave = sigstruct.enclaveHash.bytes.hex
        mrsigner = sigstruct.mrSigner.bytes.hex
        debug = secs.attributes.flags.contains(.debug)
        self.milliseconds = milliseconds
    }

    var text: [(String, String)] {
        [
            ("EINIT", "accepted by \(device)"), ("MRENCLAVE", mrenclave), ("MRSIGNER", mrsigner),
            (
                "loaded",
                "\(pages) pages, \(threads) thread control structures at \(base), \(size) bytes of addresses, in \(milliseconds) ms"
            ),
        ] + (debug ? [("DEBUG", "the host reads and writes all memory of this enclave")] : [])
    }
}
