import CLinux
import Glibc
import Linux

/// The program that can load libraries, which `rune` becomes for the containers that need one.
enum LibraryHost {
    private static let standard = "/usr/libexec/inclavare/rune-pal"

    /// Executes it with the same arguments, from a read-only copy of its mount that is attached nowhere: what stays in the container as its
    /// first process is out of the container's reach, as `rune` is (CVE-2019-5736).
    ///
    /// Before anything of the container is made.
    static func become(for selection: EnclaveSelection) -> RuntimeError {
        let path = selection.palHost ?? standard
        do throws(SystemCallError) {
            let status = try FileStatus(of: path)
            guard status.owner == 0 || status.owner == geteuid(), status.mode & 0o022 == 0 else {
                throw SystemCallError(EPERM, "trust \(path), which others than root can write")
            }
            let program = try program(path)
            let environment = entries(of: environ).filter {
                !LibraryEnvironment.steers(String(Substring($0.utf8.prefix { $0 != UInt8(ascii: "=") })))
            }
            let result = CStrings.with(CommandLine.arguments) { arguments in
                CStrings.with(environment) { cl_exec_descriptor(program, arguments, $0) }
            }
            try SystemCallError.check(result, "execute \(path)")
        } catch {
            return RuntimeError("\(LibraryInit.name(selection)) needs a program that loads it, \(path): \(error)")
        }
        return RuntimeError("\(path) was not executed")
    }

    /// Without privilege over mounts there is none over the file either.
    private static func program(_ path: String) throws(SystemCallError) -> Int32 {
        let tree = cl_open_tree(AT_FDCWD, path, 0)
        if tree >= 0, cl_mount_setattr(Int32(tree), cl_attr_rdonly, 0, 0, 0) == 0 { return Int32(tree) }
        return try FileDescriptor.open(path, O_PATH).release()
    }

    private static func entries(of vector: CStrings.Vector) -> [String] {
        var entries: [String] = []
        var next = vector
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        return entries
    }
}
