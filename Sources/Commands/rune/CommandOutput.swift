import CLinux
import Glibc
import Linux

/// What is printed, and what other programs print.
enum CommandOutput {
    /// The exit status for it.
    static func write(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(1, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count < 0, errno != EINTR { return 1 }
                sent += max(0, count)
            }
            return 0
        }
    }

    /// Runs a program of the PATH and returns all that it prints.
    static func reading(_ program: String, _ arguments: [String]) throws -> String {
        var ends: [Int32] = [-1, -1]
        try SystemCallError.check(cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends), "make a socket pair")
        let reader = FileDescriptor(owning: ends[0])
        let writer = FileDescriptor(owning: ends[1])
        switch try cloneProcess(namespaces: 0) {
        case .child:
            dup2(writer.raw, 1)
            var pointers = ([program] + arguments).map { strdup($0) } + [nil]
            execvp(program, &pointers)
            _exit(127)
        case .parent(let child):
            close(writer.release())
            let text = String(decoding: try FileContents.read(reader, "the output of \(program)"), as: UTF8.self)
            let status = child.wait()
            guard status == 0 else {
                throw UsageError(status == 127 ? "there is no program \(program)" : "\(program) failed with status \(status)")
            }
            return text
        }
    }
}
