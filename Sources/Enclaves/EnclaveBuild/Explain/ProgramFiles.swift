import Glibc

/// A program with what its loader brings: interpreter and libraries, found in a root filesystem as the dynamic linker finds them.
struct ProgramFiles {
    private(set) var objects: [ProgramObject] = []
    /// Names that no file was found for.
    private(set) var missing: [String] = []
    /// The interpreters of scripts, the script itself first.
    private(set) var scripts: [String] = []
    private let root: RootPath
    private static let standardPaths = [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/local/lib/x86_64-linux-gnu", "/usr/local/lib", "/lib64",
        "/usr/lib64",
        "/lib", "/usr/lib",
    ]

    /// How many of the objects, from the first on, may run from end to end: the program, and the libraries it loads while it runs.
    private(set) var wholeCount = 1

    /// Paths are inside the root filesystem; `libraries` are those the program loads while it runs.
    init(_ path: String, and libraries: [String] = [], in root: RootPath) throws(BuildError) {
        self.root = root
        var path = path
        while let interpreter = try Self.script(path, root) {
            scripts.append(path)
            guard scripts.count < 5 else { break }
            path = interpreter
        }
        guard let program = try load(path) else {
            throw BuildError(
                "cannot explain \(path)", why: "it is neither an x86-64 program nor a script", remedy: "name a program")
        }
        objects = [program]
        for library in libraries {
            guard let object = try load(library) else {
                throw BuildError(
                    "cannot explain \(library)", why: "there is no such x86-64 library in \(root.rootfs)",
                    remedy: "name a library in the root filesystem")
            }
            objects.append(object)
        }
        wholeCount = objects.count
        if let interpreter = program.interpreter {
            if let object = try load(interpreter) { objects.append(object) } else { missing.append(interpreter) }
        }
        try addLibraries()
    }

    private mutating func addLibraries() throws(BuildError) {
        var seen = Set(objects.dropFirst().map { Self.last($0.path) })
        var next = 0
        while next < objects.count {
            let object = objects[next]
            next += 1
            for name in object.needed where seen.insert(name).inserted {
                if let found = try find(name, for: object) { objects.append(found) } else { missing.append(name) }
            }
        }
    }

    private func find(_ name: String, for object: ProgramObject) throws(BuildError) -> ProgramObject? {
        let folder = object.path.split(separator: "/").dropLast().joined(separator: "/")
        let own = object.searchPaths.map { $0.replacing("${ORIGIN}", with: "/" + folder).replacing("$ORIGIN", with: "/" + folder) }
        for directory in own + Self.standardPaths {
            if let found = try load(directory + "/" + name) { return found }
        }
        return nil
    }

    private static func last(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Opened with the root filesystem as the root, so that absolute links stay inside.
    private static func open(_ path: String, _ root: RootPath) throws(BuildError) -> Int32? {
        let resolved = try root.resolve(path)
        let descriptor = Glibc.open(resolved, O_RDONLY | O_CLOEXEC)
        return descriptor < 0 ? nil : descriptor
    }

    /// The object's path is the one it really lies at, where $ORIGIN leads.
    private func load(_ path: String) throws(BuildError) -> ProgramObject? {
        guard let number = try Self.open(path, root) else { return nil }
        let place = try root.followed(path)
        let file = Descriptor(owning: number)
        do throws(SystemError) {
            return try ProgramObject(file, path: place, size: Int(try file.status().st_size))
        } catch {
            throw BuildError("cannot read \(path)", why: error.reason, remedy: "look at the file")
        }
    }

    /// The interpreter a script names, or `nil`.
    private static func script(_ path: String, _ root: RootPath) throws(BuildError) -> String? {
        guard let number = try open(path, root) else {
            throw BuildError(
                "cannot explain \(path)", why: "there is no such file in \(root.rootfs)",
                remedy: "name a program in the root filesystem"
            )
        }
        let file = Descriptor(owning: number)
        var head = [UInt8](repeating: 0, count: 256)
        let count = (try? head.withUnsafeMutableBytes { (buffer) throws(SystemError) in try file.read(into: buffer, at: 0) }) ?? 0
        guard count > 2, head.starts(with: [0x23, 0x21]) else { return nil }
        let line = String(decoding: head[2..<count].prefix { $0 != 0x0a }, as: UTF8.self)
        let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard let interpreter = words.first else { return nil }
        // `env NAME` finds the program on PATH.
        guard last(interpreter) == "env", words.count > 1 else { return interpreter }
        let found = ["/usr/local/bin", "/usr/bin", "/bin"].map { $0 + "/" + words[1] }
        for candidate in found { if try open(candidate, root).map({ close($0) }) != nil { return candidate } }
        return interpreter
    }
}
