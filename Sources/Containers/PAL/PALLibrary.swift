import CPAL
import ContainerRuntime
import Glibc
import Linux

/// A library of the PAL API and the calls each of its versions takes.
final class PALLibrary: EnclaveLibrary, @unchecked Sendable {
    private static let reportLength: Int32 = 432
    // Never changed: hence unchecked Sendable.
    private let library: cpal_library
    /// What the library was given stays where it was: some keep the pointers.
    private let streams = UnsafeMutablePointer<cpal_streams>.allocate(capacity: 1)

    init(_ library: cpal_library) {
        self.library = library
        streams.initialize(to: cpal_streams(input: 0, output: 1, error: 2))
    }

    var version: Int { Int(library.version) }

    func initialise(arguments: String, logLevel: String) throws(RuntimeError) {
        let attributes = UnsafeMutablePointer<cpal_attributes>.allocate(capacity: 1)
        // No enclave was made before: the library makes its own.
        attributes.initialize(
            to: cpal_attributes(
                arguments: UnsafePointer(strdup(arguments)), log_level: UnsafePointer(strdup(logLevel)), enclave_descriptor: -1,
                enclave_address: 0))
        try Self.check(library.initialise(attributes), "pal_init")
    }

    func run(path: String, arguments: [String], environment: [String]) throws(RuntimeError) -> Int32 {
        let path = UnsafePointer<CChar>(strdup(path))
        let arguments = Self.vector(arguments)
        var status: Int32 = 0
        guard version > 1 else {
            try Self.check(library.execute_path(path, arguments, streams, &status), "pal_exec")
            return status
        }
        var pid: Int32 = 0
        let created = withUnsafeMutablePointer(to: &pid) { pid in
            var process = cpal_process(
                path: path, arguments: arguments, environment: Self.vector(environment), streams: streams, pid: pid)
            return library.create_process(&process)
        }
        try Self.check(created, "pal_create_process")
        let executed = withUnsafeMutablePointer(to: &status) { status in
            var execution = cpal_execution(pid: pid, exit_value: status)
            return library.execute_process(&execution)
        }
        try Self.check(executed, "pal_exec")
        return status
    }

    func kill(_ signal: Int32) -> Bool { version > 1 && library.signal(Int32(CPAL_ALL_PROCESSES), signal) >= 0 }

    func localReport(targetInfo: [UInt8]) throws(RuntimeError) -> [UInt8] {
        guard version > 2 else { throw RuntimeError("version \(version) of the PAL API has no reports") }
        var report = [UInt8](repeating: 0, count: Int(Self.reportLength))
        var length = Self.reportLength
        let result = library.local_report(targetInfo, Int32(targetInfo.count), &report, &length)
        guard result == 0, length == Self.reportLength else {
            throw RuntimeError("pal_get_local_report failed: \(Self.reason(result)), \(length) bytes")
        }
        return report
    }

    func destroy() { _ = library.destroy() }

    private static func check(_ result: Int32, _ function: String) throws(RuntimeError) {
        if result < 0 { throw RuntimeError("\(function) failed: \(reason(result))") }
    }

    /// Libraries return negated errnos, or -1 for anything.
    private static func reason(_ result: Int32) -> String {
        result < -1 && result > -133 ? "\(result) (\(SystemCallError.reason(-result)))" : "\(result)"
    }

    /// Lives as long as the process: there is one program.
    private static func vector(_ strings: [String]) -> UnsafePointer<UnsafePointer<CChar>?> {
        let vector = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { vector[index] = UnsafePointer(strdup(string)) }
        vector[strings.count] = nil
        return UnsafePointer(vector)
    }
}
