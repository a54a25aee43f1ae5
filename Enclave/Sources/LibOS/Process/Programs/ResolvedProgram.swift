import CEnclave

/// A program that can be started: everything about it that can be refused was looked at.
struct ResolvedProgram {
    /// Path of what was asked for, which names the process.
    let path: Bytes
    let file: OpenFile
    let image: ExecutableImage
    /// The dynamic loader it names.
    let loader: (file: OpenFile, image: ExecutableImage)?
    /// argv with what script lines put before it.
    let arguments: [Bytes]

    /// Scripts that name scripts, before it is ELOOP.
    private static let mostScripts = 5

    /// Follows script lines from `first`, which was opened by `path`; `arguments` begins with argv[0].
    ///
    /// BLOCKS.
    init(_ first: OpenFile, path: Bytes, arguments: [Bytes], at directory: DirectoryPosition) throws(Errno) {
        self.path = path
        var arguments = arguments
        var file = first
        var name = path
        var scripts = 0
        while let line = try Self.scriptLine(file) {
            guard scripts < Self.mostScripts else { throw .ELOOP }
            scripts += 1
            var replaced = [line.interpreter]
            if let argument = line.argument { replaced.append(argument) }
            replaced.append(name)
            replaced.append(contentsOf: arguments.dropFirst())
            arguments = replaced
            name = line.interpreter
            file = try kernel.files.executableFile(path: name, at: directory)
        }
        self.arguments = arguments
        self.file = file
        image = try ExecutableImage(file)
        guard let wanted = image.interpreter else {
            loader = nil
            return
        }
        let loaderFile = try kernel.files.executableFile(path: wanted, at: directory)
        let loaderImage = try ExecutableImage(loaderFile)
        guard loaderImage.isPositionIndependent else { throw .ENOEXEC }
        loader = (loaderFile, loaderImage)
    }

    private static func scriptLine(_ file: OpenFile) throws(Errno) -> ScriptLine? {
        let buffer = KernelBuffer(count: ScriptLine.length)
        let count = try file.readAt(0, IOBuffer(kernel: buffer.bytes, count: ScriptLine.length))
        return try ScriptLine(Bytes(UnsafeRawBufferPointer(start: buffer.bytes, count: count)))
    }
}
