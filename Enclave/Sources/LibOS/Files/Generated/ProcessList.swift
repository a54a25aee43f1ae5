/// The processes there are, for /proc.
enum ProcessList {
    static var all: [Process] { kernel.processList }

    static func find(_ id: Int32) -> Process? {
        for process in all where process.id == id { return process }
        return nil
    }
}
