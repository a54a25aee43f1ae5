import Glibc
import Linux

/// Files as the commands read and write them.
enum ToolFile {
    /// `-` is standard input.
    static func read(_ path: String) throws -> [UInt8] {
        do throws(SystemCallError) {
            return try FileContents.read(path == "-" ? "/dev/stdin" : path)
        } catch {
            throw ToolError("cannot read \(path): \(SystemCallError.reason(error.code))")
        }
    }

    /// A reader sees the whole file or none.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do throws(SystemCallError) {
            try FileContents.replace(path, with: bytes, mode: 0o644)
        } catch {
            throw ToolError("cannot write \(path): \(SystemCallError.reason(error.code))")
        }
    }

    /// A line on standard error.
    static func note(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = Glibc.write(2, line, line.count)
    }
}
