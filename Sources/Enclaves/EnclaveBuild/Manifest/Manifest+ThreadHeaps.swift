import Wire

extension Manifest {
    /// Has glibc's allocator serve all threads from one heap where memory is fixed, unless the manifest sets its variables.
    ///
    /// It would reserve 64 MiB of addresses a thread, which fixed memory cannot give, and tries it again at every `malloc` of a thread: two
    /// hundred system calls for a request to a Python server with threads.
    mutating func shareHeapAmongThreads() {
        let limit = Array("MALLOC_ARENA_MAX".utf8)
        let tunables = Array("GLIBC_TUNABLES".utf8)
        guard configuration.memoryIsFixed, !configuration.environment.contains(where: { $0.name == limit || $0.name == tunables })
        else { return }
        configuration.environment.append(
            EnvironmentRule(name: limit, mode: .fixed, hasValue: true, value: Array("1".utf8), patterns: []))
        configuration.environment.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
