import Foundation
import Testing

/// The release products that these tests run: beside `INCLAVARE_BIN`, else where `make build` puts them.
enum Release {
    static let inclavare =
        ProcessInfo.processInfo.environment["INCLAVARE_BIN"] ?? "\(Command.packageRoot)/.build/release/inclavare"
    /// Without root there are no root filesystems; without products, unless somebody named them, there is nothing to run.
    static let isUsable =
        geteuid() == 0 && (ProcessInfo.processInfo.environment["INCLAVARE_BIN"] != nil || access(inclavare, X_OK) == 0)
    static let need: Comment = "needs root and the release products: make build"
    /// `make test-long`.
    static let testsAreLong = isUsable && ProcessInfo.processInfo.environment["INCLAVARE_LONG_TESTS"] != nil
    static let folder = URL(filePath: inclavare).deletingLastPathComponent().path
    static let image = "\(folder)/enclave.img"
}
