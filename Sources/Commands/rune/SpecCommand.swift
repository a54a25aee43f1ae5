import Glibc
import Linux
import OCI

/// `spec`: a configuration to start from.
enum SpecCommand {
    static func run(_ scanner: inout ArgumentScanner) throws -> Int32 {
        var bundle = "."
        var rootless = false
        while let option = try scanner.option() {
            switch option.name {
            case "--bundle", "-b": bundle = try scanner.value(of: option)
            case "--rootless": rootless = try option.flag()
            default: throw UsageError.unknown(option.name)
            }
        }
        try scanner.end("spec")
        let path = bundle + "/config.json"
        let text = CommandOutput.text(rootless ? Spec.rootlessTemplate(uid: geteuid(), gid: getegid()) : Spec.template)
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
        try FileContents.write(Array(text.utf8), to: file, path)
        return 0
    }
}
