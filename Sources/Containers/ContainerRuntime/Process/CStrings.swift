import Glibc

/// Arrays of C strings as exec takes them.
enum CStrings {
    typealias Vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    static func with<Result>(_ strings: [String], _ body: (Vector) -> Result) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("the vector holds its terminator") }
            return body(base)
        }
    }
}
