import EnclaveLayout
import Glibc
import SGX
import Wire

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
            return names.allSatisfy { isOwn(String(decoding: $0, as: UTF8.self)) }
        } catch { return false }
    }

    private static func isOwn(_ name: String) -> Bool {
        if [imageName, sigstructName, indexName, configurationName, manifestName].contains(name) { return true }
        guard name.hasPrefix("index."), let number = UInt32(name.dropFirst(6)) else { return false }
        return TreeNumber(rawValue: number).indexName == name
    }

    /// What an enclave that was there before consists of.
    private static func ownNames(in folder: String) -> [String] {
        let names = (try? Descriptor.directory(at: folder).names()) ?? []
        return names.map { String(decoding: $0, as: UTF8.self) }.filter(isOwn)
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
        if isReplacing { remove(old, ownNames(in: old)) }
    }

    private static func remove(_ folder: String, _ names: [String]) {
        for name in names { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
