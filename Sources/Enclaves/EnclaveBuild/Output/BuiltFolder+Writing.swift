import Glibc
import SGX

extension BuiltFolder {
    /// Writes a folder beside `output` and puts it there when it is whole; an enclave that was there is replaced.
    static func write(_ files: [(name: String, bytes: [UInt8])], to output: String) throws(BuildError) {
        let target = output.hasSuffix("/") && output.count > 1 ? String(output.dropLast()) : output
        let remedy = "free space or give another --output; nothing was changed"
        guard !HostFile.isFile(target) || isReplaceable(target) else {
            throw BuildError(
                "cannot write \(target)", why: "there is something else than an enclave", remedy: "give another --output")
        }
        let temporary = "\(target).new-\(getpid())"
        do throws(SystemError) {
            guard mkdir(temporary, 0o755) == 0 else { throw SystemError() }
            for file in files { try HostFile.create("\(temporary)/\(file.name)", file.bytes, mode: 0o644) }
            try put(temporary, at: target)
        } catch {
            remove(temporary, files.map(\.name))
            throw BuildError("cannot write \(target)", why: error.reason, remedy: remedy)
        }
    }

    /// Puts another signature into a folder.
    public static func replaceSIGSTRUCT(_ sigstruct: SIGSTRUCT, in path: String) throws(BuildError) {
        let folder = try locate(path)
        let target = "\(folder)/\(sigstructName)"
        let temporary = "\(target).new-\(getpid())"
        do throws(SystemError) {
            try HostFile.create(temporary, sigstruct.bytes, mode: 0o644)
            guard rename(temporary, target) == 0 else { throw SystemError() }
        } catch {
            unlink(temporary)
            throw BuildError("cannot write \(target)", why: error.reason, remedy: "free space or check permissions")
        }
    }

    /// An empty folder or an enclave of before.
    private static func isReplaceable(_ target: String) -> Bool {
        do throws(SystemError) {
            let names = try Descriptor.directory(at: target).names()
            let known = [imageName, sigstructName, indexName, configurationName, manifestName].map { Array($0.utf8) }
            return names.allSatisfy { known.contains($0) }
        } catch { return false }
    }

    private static func put(_ temporary: String, at target: String) throws(SystemError) {
        let old = "\(target).old-\(getpid())"
        let isReplacing = HostFile.isFile(target)
        if isReplacing { guard rename(target, old) == 0 else { throw SystemError() } }
        guard rename(temporary, target) == 0 else {
            let error = SystemError()
            if isReplacing { rename(old, target) }
            throw error
        }
        if isReplacing { remove(old, [imageName, sigstructName, indexName, configurationName, manifestName]) }
    }

    private static func remove(_ folder: String, _ names: [String]) {
        for name in names { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
