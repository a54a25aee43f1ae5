import CLinux
import Glibc
import Wire

extension Descriptor {
    /// The attributes a program sees: `user.*` and `security.capability`, sorted by name.
    ///
    /// Labels and ACLs of the machine that builds are not part of an image.
    func attributes() throws(SystemError) -> [IndexAttribute] {
        var list = [CChar](repeating: 0, count: 65536)
        let count = flistxattr(number, &list, list.count)
        if count < 0 && errno == EOPNOTSUPP { return [] }
        guard count >= 0 else { throw SystemError() }
        let names = list[..<count].map { UInt8(bitPattern: $0) }.split(separator: 0).map { Array($0) }
        var attributes: [IndexAttribute] = []
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard name.starts(with: "user.".utf8) || name.elementsEqual("security.capability".utf8) else { continue }
            attributes.append(IndexAttribute(name: name, value: try value(of: name)))
        }
        return attributes
    }

    private func value(of name: [UInt8]) throws(SystemError) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: 65536)
        let count = withCString(name) { fgetxattr(number, $0, &value, value.count) }
        guard count >= 0 else { throw SystemError() }
        return Array(value[..<count])
    }
}
