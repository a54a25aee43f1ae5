import Foundation

/// The release products that these tests run: beside `INCLAVARE_BIN`, else where `make build` puts them.
enum Release {
    static let inclavare =
        ProcessInfo.processInfo.environment["INCLAVARE_BIN"] ?? "\(Command.packageRoot)/.build/release/inclavare"
    static let folder = URL(filePath: inclavare).deletingLastPathComponent().path
    static let image = "\(folder)/enclave.img"
}
