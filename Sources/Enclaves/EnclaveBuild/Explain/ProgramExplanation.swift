import Wire

/// What stands between a program and an enclave: calls the LibOS has in part or not at all, and what its code does that an enclave cannot.
public struct ProgramExplanation: Encodable, Sendable {
    public struct Call: Encodable, Sendable {
        public let name: String
        public let number: UInt64
        public let support: String
        /// Functions that make it, `file:function`.
        public let functions: [String]
    }

    public let program: String
    public let scripts: [String]
    public let files: [String]
    public let missing: [String]
    /// How many different calls were found, whatever their support.
    public let callCount: Int
    public let partial: [Call]
    public let refused: [Call]
    /// Functions that make a call whose number is computed at run time.
    public let unknownCalls: [String]
    public let notes: [String]

    /// - Parameters:
    ///   - path: of a program or a script, inside the root filesystem.
    ///   - libraries: paths of those it loads while it runs.
    ///   - folders: what is mounted over it, by mount path.
    public init(
        _ path: String, and libraries: [String] = [], rootfs: String, folders: [String: String] = [:]
    ) throws(BuildError) {
        let files = try ProgramFiles(path, and: libraries, in: RootPath(rootfs: rootfs, folders: folders))
        let graph = CallGraph(files.objects, wholeCount: files.wholeCount)
        program = path
        scripts = files.scripts
        self.files = files.objects.map(\.path)
        missing = files.missing
        callCount = graph.calls.count
        let calls = graph.calls.sorted { $0.key < $1.key }.map { Self.call($0.key, $0.value) }
        partial = calls.filter { $0.support.hasPrefix("partial") }
        refused = calls.filter { $0.support.hasPrefix("refused") }
        unknownCalls = graph.unknown.sorted()
        notes = Self.notes(graph, files)
    }

    private static func call(_ number: UInt64, _ functions: Set<String>) -> Call {
        let row = SystemCall.numbered(number)
        return Call(
            name: row.map { "\($0.name)" } ?? "call_\(number)", number: number, support: row?.support.words ?? "refused: ENOSYS",
            functions: functions.sorted())
    }

    private static func notes(_ graph: CallGraph, _ files: ProgramFiles) -> [String] {
        var notes: [String] = []
        if let program = files.objects.first, program.isFixed {
            let start = "0x" + String(program.extent.lowerBound, radix: 16)
            notes.append("linked to run at \(start): address_space must reach from 0 to beyond it, as the default does")
        }
        let imports = Set(files.objects.first?.imports.values.map { $0 } ?? [])
        let starters = ["fork", "vfork", "posix_spawn", "posix_spawnp", "system", "popen"].filter { imports.contains($0) }
        if !starters.isEmpty { notes.append("starts other processes (\(starters.joined(separator: ", "))): ENOSYS so far") }
        if !imports.isDisjoint(with: ["dlopen", "dlmopen"]) {
            notes.append("loads libraries at run time (dlopen): name them with --library, others are not looked at")
        }
        if graph.marks.cpuid > 0 { notes.append("\(graph.marks.cpuid) CPUID instructions: answered from a fixed table") }
        if graph.marks.timeStamp > 0 { notes.append("\(graph.marks.timeStamp) RDTSC instructions: need a processor with SGX2") }
        if graph.marks.interrupt80 > 0 {
            notes.append("\(graph.marks.interrupt80) INT 80h instructions: 32-bit system calls are not there")
        }
        return notes
    }
}
