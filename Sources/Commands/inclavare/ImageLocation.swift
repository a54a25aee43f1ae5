import EnclaveBuild
import EnclaveImages
import Glibc

/// Where the LibOS image is taken from: `--image`, or one of the places beside this executable.
enum ImageLocation {
    static func path(_ given: String?) throws(BuildError) -> String {
        if let given { return given }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else {
            throw BuildError("cannot find enclave.img", why: "/proc/self/exe cannot be read", remedy: "give --image FILE")
        }
        let executable = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = executable[..<(executable.lastIndex(of: "/") ?? executable.endIndex)]
        let places = EnclaveImages.relativePaths.map { "\(folder)/\($0)" }
        for place in places where access(place, R_OK) == 0 { return place }
        throw BuildError(
            "cannot find enclave.img", why: "it is not at " + places.joined(separator: " nor at "), remedy: "give --image FILE")
    }
}
