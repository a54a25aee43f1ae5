import CLinux

/// The arguments this program was started with, its name among them.
package enum ProgramArguments {
    package static var all: [String] {
        var count: Int32 = 0
        guard let values = cl_program_arguments(&count) else { return [] }
        return (0..<Int(count)).compactMap { index in values[index].map { String(cString: $0) } }
    }
}
