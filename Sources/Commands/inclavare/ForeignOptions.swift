import ArgumentParser
import EnclaveBuild
import ForeignImages

/// What a file of somebody else leaves open.
struct ForeignOptions: ParsableArguments {
    @Option(help: "SIGSTRUCT for the file; else the one inside, else FILE.sig, .ss or .sigstruct beside it.")
    var sigstruct: String?
    @Option(
        help: "Heap behind an enclave of the Linux SGX selftest, as its loader chooses it: 4096, 64K, …; one page when not given.")
    var heap: String?

    func file(_ path: String) throws(BuildError) -> ForeignFile {
        try ForeignFile(path, sigstruct: sigstruct, heap: try heapBytes())
    }

    /// A built enclave brings its own signature and memory.
    func requireNone(for folder: String) throws(BuildError) {
        guard sigstruct == nil, heap == nil else {
            throw BuildError(
                "cannot use --sigstruct or --heap with \(folder)", why: "a built enclave has its own", remedy: "leave them out")
        }
    }

    private func heapBytes() throws(BuildError) -> UInt64 {
        guard let heap else { return SelftestImage.defaultHeap }
        guard let bytes = SizeText.parse(heap), bytes % 4096 == 0 else {
            throw BuildError(
                "cannot take the heap \(heap)", why: "it is not a size of whole pages", remedy: "give 4096, 64K or the like")
        }
        return bytes
    }
}
