import Foundation
import Testing

/// Debian's redis-server, with its own clients outside.
@Suite("redis-server in an enclave", .enabled(if: Release.isUsable, Release.need)) struct RedisTests {
    private static let script = """
        set greeting hello
        append greeting " there"
        get greeting
        incrby counter 42
        rpush list c a b
        sort list alpha
        hset hash one 1 two 2
        hgetall hash
        zadd ranks 3 third 1 first 2 second
        zrange ranks 0 -1
        eval "return redis.call('get', KEYS[1]) .. ARGV[1]" 1 greeting !
        dbsize
        """
    private static let answers = """
        OK
        11
        hello there
        42
        3
        a
        b
        c
        2
        one
        1
        two
        2
        3
        first
        second
        third
        hello there!
        5

        """

    @Test("redis-cli finds what it stored, redis-benchmark ends with sixteen requests under way, SHUTDOWN ends the server")
    func commands() throws {
        let enclave = try Enclave(example: "redis")
        let server = try RunningApplication(enclave)
        try server.wait(forPort: 6379)
        let client = ["chroot", enclave.rootfs, "/usr/bin/redis-cli"]
        let stored = try server.ask(client, input: Data(Self.script.utf8))
        #expect(stored.text == Self.answers, "\(stored.errors) \(server.output)")
        let load = try server.ask(
            [
                "chroot", enclave.rootfs, "/usr/bin/redis-benchmark", "-P", "16", "-n", "20000", "-r", "1000", "-d", "100", "--csv",
                "-t", "set,get,incr,lpush,lpop",
            ])
        #expect(load.status == 0 && load.text.split(separator: "\n").count == 6, "\(load.text) \(load.errors)")
        #expect(try server.ask(client + ["dbsize"]).text != "5\n")
        _ = try server.ask(client + ["shutdown", "nosave"])
        #expect(try server.end() == 0, "\(server.output)")
    }

    @Test(
        "Two million commands of fifty clients are answered, and what they stored is there",
        .enabled(if: Release.testsAreLong))
    func load() throws {
        let enclave = try Enclave(example: "redis")
        let server = try RunningApplication(enclave)
        try server.wait(forPort: 6379)
        let load = try server.ask(
            [
                "chroot", enclave.rootfs, "/usr/bin/redis-benchmark", "-P", "16", "-n", "1000000", "-r", "100000", "--csv", "-t",
                "set,get",
            ], within: 300)
        #expect(load.status == 0 && load.text.split(separator: "\n").count == 3, "\(load.text) \(load.errors)")
        // A million draws of a hundred thousand keys miss four or five.
        let size = try server.ask(["chroot", enclave.rootfs, "/usr/bin/redis-cli", "dbsize"]).text
        #expect((Int(size.dropLast()) ?? 0) > 99_900, "\(size)")
    }
}
