import Foundation
import Glibc
import Linux
import Testing
import Wire

@testable import EnclaveHost

@Suite("The writer of traces") struct TraceWriterTests {
    private func lines(_ records: [TraceRecord], filter: TraceFilter = .all, times: Bool = false) throws -> [String] {
        let file = try UnnamedFile.file([])
        var options = TraceOptions(descriptor: file.raw)
        options.filter = filter
        options.times = times
        let writer = TraceWriter(options)
        for record in records {
            var bytes = ByteWriter()
            record.encode(into: &bytes)
            #expect(ServedCall(.trace, [UInt64(bytes.bytes.count), 0], data: bytes.bytes).served(writer.serve) == 0)
        }
        return try UnnamedFile.text(file).split(separator: "\n").map(String.init)
    }

    private func record(
        _ kind: TraceRecord.Kind, _ thread: UInt32, _ number: UInt64, _ values: [UInt64] = [], _ result: Int64 = 0,
        texts: [Int: [UInt8]] = [:], time: UInt64 = 0
    ) -> TraceRecord {
        var record = TraceRecord(kind: kind, thread: thread, time: time, number: number)
        record.values = values.isEmpty ? [] : values + [UInt64](repeating: 0, count: 6 - values.count)
        record.result = result
        record.texts = texts.sorted { $0.key < $1.key }.map { .init(argument: UInt8($0.key), bytes: $0.value) }
        return record
    }

    @Test("names flags, paths and errors") func names() throws {
        let path = Array("/a \"b\"\n".utf8)
        let opened = record(.ended, 1, 257, [UInt64(bitPattern: -100), 5, 0o2_000_101, 0o644], 3, texts: [1: path])
        let failed = record(.ended, 1, 21, [5, 4], -2, texts: [0: Array("/x".utf8)])
        let mapped = record(.ended, 1, 9, [0, 4096, 3, 0x22, UInt64(bitPattern: -1), 0], 0x7000)
        #expect(
            try lines([opened, failed, mapped]) == [
                "[1] openat(AT_FDCWD, \"/a \\\"b\\\"\\n\", O_WRONLY|O_CREAT|O_CLOEXEC, 0644) = 3",
                "[1] access(\"/x\", R_OK) = -1 ENOENT (No such file or directory)",
                "[1] mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000",
            ])
    }

    @Test("shows socket addresses") func addresses() throws {
        let four: [UInt8] = [2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        let abstract: [UInt8] = [1, 0, 0] + Array("name".utf8)
        let accepted = record(.ended, 1, 43, [3, 8, 8], 4, texts: [1: four])
        let bound = record(.ended, 1, 49, [3, 8, 7], 0, texts: [1: abstract])
        #expect(
            try lines([accepted, bound]) == [
                "[1] accept(3, {AF_INET, 127.0.0.1:8080}, 0x8) = 4", "[1] bind(3, {AF_UNIX, @\"name\"}, 7) = 0",
            ])
    }

    @Test("leaves a waiting call unfinished when another thread speaks, and resumes it") func unfinished() throws {
        let begun = record(.begun, 1, 0, [0, 0x10, 5])
        let other = record(.ended, 2, 39, [0], 1)
        let ended = record(.ended, 1, 0, [0, 0x10, 5], 5)
        #expect(
            try lines([begun, other, ended]) == [
                "[1] read(0, 0x10, 5 <unfinished ...>", "[2] getpid() = 1", "[1] <... read resumed>) = 5",
            ])
        #expect(try lines([begun, ended]) == ["[1] read(0, 0x10, 5) = 5"])
    }

    @Test("has names alone where the enclave keeps arguments to itself") func nameOnly() throws {
        #expect(try lines([record(.ended, 1, 1, [], 5)]) == ["[1] write(...) = 5"])
        #expect(try lines([record(.begun, 1, 1), record(.ended, 1, 1, [], 5)]) == ["[1] write(...) = 5"])
    }

    @Test("knows the groups that strace has") func groups() throws {
        let records = [record(.ended, 1, 41, [2, 1, 0], 3), record(.ended, 1, 3, [3])]
        #expect(try lines(records, filter: TraceFilter("%network")) == ["[1] socket(AF_INET, SOCK_STREAM, 0) = 3"])
        #expect(try lines(records, filter: TraceFilter("desc")) == ["[1] close(3) = 0"])
    }

    @Test("shows the mode of an open only where a file can be made") func modes() throws {
        let opens = [record(.ended, 1, 2, [0, 0, 0o644], 3), record(.ended, 1, 2, [0, 0o100, 0o644], 3)]
        #expect(try lines(opens) == ["[1] open(NULL, O_RDONLY) = 3", "[1] open(NULL, O_RDONLY|O_CREAT, 0644) = 3"])
    }

    @Test("shows what a filter names, and signals") func filter() throws {
        let records = [record(.ended, 1, 1, [], 5), record(.ended, 1, 41, [], 3), record(.signal, 1, 15)]
        let sockets = try TraceFilter("sockets")
        #expect(try lines(records, filter: sockets) == ["[1] socket(...) = 3", "[1] --- SIGTERM {si_code=0} ---"])
        #expect(throws: TraceFilter.UnknownName.self) { try TraceFilter("open,nosuch") }
    }

    @Test("counts seconds from the first record") func times() throws {
        let records = [record(.ended, 1, 39, [], 1, time: 5_000_000_000), record(.ended, 1, 39, [], 1, time: 6_000_042_000)]
        #expect(try lines(records, times: true) == ["0.000000 [1] getpid(...) = 1", "1.000042 [1] getpid(...) = 1"])
    }

    @Test("refuses bytes that are no records") func garbage() throws {
        let writer = TraceWriter(TraceOptions(descriptor: -1))
        let garbage = ServedCall(.trace, [64, 0], data: [UInt8](repeating: 0xff, count: 64))
        #expect(garbage.served(writer.serve) == -Int64(EBADMSG))
        #expect(ServedCall(.trace, [.max, .max]).served(writer.serve) == -Int64(EBADMSG))
    }
}
