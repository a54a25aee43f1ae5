import Testing

/// python3 with threads of every kind, on vCPUs that come as they are needed.
@Suite("Python's threads in an enclave", .enabled(if: Release.isUsable, Release.need)) struct PythonThreadsTests {
    @Test("Pools, queues, a hundred threads at once and a thousand one after another do all they should") func threads() throws {
        let run = try Enclave(example: "python-threads").run()
        let line = "64 hashes, 2000 items, 100 threads at once, 1000 one after another: all right\n"
        #expect(run.status == 0 && run.text == line, "\(run.errors)")
    }
}
