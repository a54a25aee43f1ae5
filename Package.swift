// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

/// For what `rune` is made of: without the overloads that come with regular expressions, whose megabyte it would link for one of them.
let lean = strict + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]

/// `rune` starts in a fraction of the time when it is a static PIE; a plain static executable would sit at 0x400000, inside ELRANGE.
///
/// Build it with `--disable-local-rpath`: the start code of a static PIE gives up where the program has a run path.
let staticPIE: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-executable", "-use-ld=lld", "-Xclang-linker", "-static-pie", "-Xlinker", "-s",
            // 25,000 addresses to relocate at each start: packed, 5 KiB are read for them instead of 600.
            "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "-e", "-Xlinker", "cl_protected_start",
            // What a start runs lies together (Scripts/order-rune).
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/Sources/Commands/rune/functions.order",
            "-Xlinker", "--no-warn-symbol-ordering",
        ], .when(configuration: .release))
]

/// The preload library has Swift's library in itself and shows none of it: a program it meets may bring its own.
///
/// What it interposes is for the program; its own calls go to the C library (`--wrap`). The folder makes libstdc++ a part of it.
let preloadLibrary: [LinkerSetting] = {
    let folder = "\(Context.packageDirectory)/Sources/Hardware/CSGXPreload/link"
    let wrapped = [
        "open", "open64", "openat", "openat64", "stat", "lstat", "fstat", "fstatat", "access", "faccessat", "ioctl", "close",
        "close_range", "mmap", "mmap64", "mprotect", "munmap", "sigaction", "signal", "sigaltstack", "sigprocmask",
        "pthread_sigmask",
    ]
    let words =
        ["--version-script=\(folder)/exports.map", "--exclude-libs=ALL", "--gc-sections", "--as-needed", "-s"]
        + ["-z", "nodelete", "-z", "now", "-z", "defs", "-z", "pack-relative-relocs"] + wrapped.map { "--wrap=\($0)" }
    return [
        .unsafeFlags(["-static-stdlib", "-use-ld=lld", "-L", folder] + words.flatMap { ["-Xlinker", $0] })
    ]
}()

let package = Package(
    name: "inclavare",
    products: [
        .executable(name: "inclavare", targets: ["inclavare"]),
        .executable(name: "inclavare-quoted", targets: ["inclavare-quoted"]),
        .executable(name: "sgx-tools", targets: ["sgx-tools"]),
        .executable(name: "rune", targets: ["rune"]),
        .executable(name: "rune-pal", targets: ["rune-pal"]),
        .library(name: "inclavare-sgx", type: .dynamic, targets: ["SGXPreload"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        // Without their default traits, which bring full Foundation and a configuration library.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
    ],
    targets: [
        // Hardware: what the machine is. Imports nothing above itself.
        .target(name: "CLinux", path: "Sources/Hardware/CLinux"),
        .target(name: "Linux", dependencies: ["CLinux"], path: "Sources/Hardware/Linux", swiftSettings: lean),
        .target(
            name: "CEnclaveCrypto", path: "Sources/Hardware/CEnclaveCrypto",
            cSettings: [.unsafeFlags(["-O2"])]),
        .target(
            name: "EnclaveCrypto", dependencies: ["CEnclaveCrypto"], path: "Sources/Hardware/EnclaveCrypto",
            swiftSettings: strict),
        // Optimised in debug builds too: tests initialise enclaves by the ten thousand, and RSA is in its numbers.
        .target(
            name: "SGX", dependencies: ["EnclaveCrypto", "CEnclaveCrypto"], path: "Sources/Hardware/SGX",
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        .target(
            name: "CSoftSGX", dependencies: ["CEnclaveCrypto"], path: "Sources/Hardware/CSoftSGX",
            cSettings: [.unsafeFlags(["-O2", "-fno-stack-protector"])]),
        .target(
            name: "SoftSGX", dependencies: ["CSoftSGX", "SGX", "EnclaveCrypto", "Linux", "CLinux"],
            path: "Sources/Hardware/SoftSGX", swiftSettings: strict),
        .systemLibrary(name: "CZlib", path: "Sources/Hardware/CZlib"),
        // What is said to the machine's quoting service, and what it says.
        .target(name: "AESM", dependencies: ["Linux", "CLinux"], path: "Sources/Hardware/AESM", swiftSettings: lean),
        .target(
            name: "Doctor", dependencies: ["AESM", "SoftSGX", "CSoftSGX", "Linux", "CLinux", "CZlib"],
            path: "Sources/Hardware/Doctor",
            swiftSettings: strict),
        // The preload library: other people's programs on the software SGX. Nothing else links it.
        .target(
            name: "CSGXPreload", dependencies: ["CSoftSGX"], path: "Sources/Hardware/CSGXPreload", exclude: ["link"],
            cSettings: [.define("_GNU_SOURCE"), .unsafeFlags(["-O2"])]),
        .target(
            name: "SGXPreload", dependencies: ["CSGXPreload", "SoftSGX", "SGX", "Linux"], path: "Sources/Hardware/SGXPreload",
            swiftSettings: strict, linkerSettings: preloadLibrary),

        // Enclaves: building, loading and serving one.
        .target(name: "Wire", dependencies: ["EnclaveCrypto"], path: "Sources/Enclaves/Wire", swiftSettings: strict),
        // Optimised in debug builds too: tests fill volumes to the last block, again and again.
        .target(
            name: "Volume", dependencies: ["Wire", "EnclaveCrypto", "CEnclaveCrypto"], path: "Sources/Enclaves/Volume",
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        .target(
            name: "EnclaveLayout", dependencies: ["SGX", "Wire", "EnclaveCrypto"],
            path: "Sources/Enclaves/EnclaveLayout", swiftSettings: strict),
        .target(
            name: "EnclaveHost",
            dependencies: ["EnclaveLayout", "SGX", "SoftSGX", "CSoftSGX", "Wire", "AESM", "Linux", "CLinux", "EnclaveCrypto"],
            path: "Sources/Enclaves/EnclaveHost", swiftSettings: strict),
        .target(
            name: "ForeignImages", dependencies: ["EnclaveLayout", "SGX", "EnclaveCrypto"],
            path: "Sources/Enclaves/ForeignImages", swiftSettings: strict),
        .systemLibrary(name: "CZydis", path: "Sources/Enclaves/CZydis"),
        .target(
            name: "EnclaveBuild",
            dependencies: [
                "EnclaveLayout", "SGX", "Wire", "EnclaveCrypto", "Linux", "CLinux", "CZydis",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "BigInt", package: "BigInt"),
            ],
            path: "Sources/Enclaves/EnclaveBuild", swiftSettings: strict),
        .plugin(name: "BuildEnclave", capability: .buildTool(), path: "Plugins/BuildEnclave"),
        .target(
            name: "EnclaveImages", path: "Sources/Enclaves/EnclaveImages", swiftSettings: strict,
            plugins: ["BuildEnclave"]),

        // Containers: an OCI runtime.
        .target(name: "OCI", path: "Sources/Containers/OCI", swiftSettings: lean),
        .systemLibrary(name: "CSeccomp", path: "Sources/Hardware/CSeccomp"),
        .target(
            name: "ContainerRuntime",
            dependencies: ["OCI", "Linux", "CLinux", "CSeccomp", "EnclaveHost", "AESM", "EnclaveCrypto", "SGX", "Wire"],
            path: "Sources/Containers/ContainerRuntime", swiftSettings: lean),

        // Enclave runtimes of others, as libraries of the host; stands above the runtime whose containers they run in.
        .target(name: "CPAL", path: "Sources/Containers/CPAL"),
        .target(
            name: "PAL", dependencies: ["CPAL", "ContainerRuntime", "Linux"], path: "Sources/Containers/PAL", swiftSettings: strict),

        // Attestation: evidence in, verdict out.
        .target(
            name: "Attestation",
            dependencies: [
                "SGX", "SoftSGX", "EnclaveCrypto", "AESM", "Linux", "CLinux",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            path: "Sources/Attestation", exclude: ["CollateralService", "EvidenceClient"], swiftSettings: strict),
        // Asks a running service for the certificate that carries its evidence.
        .target(
            name: "EvidenceClient",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Sources/Attestation/EvidenceClient", swiftSettings: strict),
        // The only module that reaches the network for collateral, and serves it to others.
        .target(
            name: "CollateralService",
            dependencies: [
                "Attestation", "Linux", "CLinux",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "Sources/Attestation/CollateralService", swiftSettings: strict),

        // Commands: parse, call, print.
        .target(
            name: "CommandProgram", dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/Commands/program", swiftSettings: strict),
        // The quoting service: a command of `inclavare`, and a small program of its own for service managers.
        .target(
            name: "QuotedCommand",
            dependencies: ["Attestation", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/Commands/quoted", exclude: ["Executable"], swiftSettings: strict),
        .executableTarget(
            name: "inclavare-quoted",
            dependencies: ["QuotedCommand", "CommandProgram"], path: "Sources/Commands/quoted/Executable",
            swiftSettings: strict, linkerSettings: [.unsafeFlags(["-Xlinker", "-s"], .when(configuration: .release))]),
        .executableTarget(
            name: "sgx-tools",
            dependencies: [
                "CommandProgram", "Attestation", "AESM", "SGX", "EnclaveCrypto", "Linux", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/sgx-tools", swiftSettings: strict),
        .executableTarget(
            name: "inclavare",
            dependencies: [
                "EnclaveBuild", "EnclaveHost", "EnclaveImages", "ForeignImages", "Attestation", "CollateralService",
                "EvidenceClient", "QuotedCommand", "CommandProgram", "Doctor", "SoftSGX", "SGX", "Wire", "EnclaveLayout",
                "EnclaveCrypto", "Linux", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Commands/inclavare", swiftSettings: strict),
        // What `rune` and `rune-pal` are both: one command line, with or without enclave runtimes of others.
        .target(
            name: "RuneCommands", dependencies: ["ContainerRuntime", "OCI", "EnclaveHost", "Linux", "CLinux"],
            path: "Sources/Commands/rune", exclude: ["Executable", "functions.order"], swiftSettings: lean),
        .executableTarget(
            name: "rune", dependencies: ["RuneCommands"], path: "Sources/Commands/rune/Executable",
            swiftSettings: lean, linkerSettings: staticPIE),
        .executableTarget(
            name: "rune-pal", dependencies: ["RuneCommands", "PAL"], path: "Sources/Commands/rune-pal", swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-Xlinker", "-s"], .when(configuration: .release))]),

        // Tests: one folder a module, and Integration with real programs and peers.
        .testTarget(name: "EnclaveCryptoTests", dependencies: ["EnclaveCrypto", "CEnclaveCrypto"], swiftSettings: strict),
        .testTarget(name: "SGXTests", dependencies: ["SGX", "EnclaveCrypto"], swiftSettings: strict),
        .target(name: "CTestSignals", path: "Tests/CTestSignals"),
        // Programs that know nothing of us, in C.
        .target(name: "CTestPrograms", dependencies: ["CSoftSGX"], path: "Tests/CTestPrograms"),
        // Enters with any registers; assembly and a signal handler.
        .target(name: "CHostileHost", path: "Tests/CHostileHost"),
        .target(
            name: "EnclaveTestSupport", dependencies: ["EnclaveLayout", "SoftSGX", "SGX", "Wire", "Linux", "CTestSignals"],
            path: "Tests/EnclaveTestSupport", exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SoftSGXTests",
            dependencies: [
                "SoftSGX", "CSoftSGX", "SGX", "EnclaveCrypto", "Linux", "Wire", "EnclaveLayout", "EnclaveTestSupport",
                "CTestSignals", "CTestPrograms",
            ], swiftSettings: strict),
        .testTarget(name: "DoctorTests", dependencies: ["Doctor", "AESM"], swiftSettings: strict),
        // Optimised, as what it drives is: most of its time is the model's.
        .testTarget(
            name: "EPCMModelTests", dependencies: ["SoftSGX", "CSoftSGX", "SGX", "Linux", "EnclaveTestSupport", "CTestSignals"],
            exclude: ["Fixtures"], swiftSettings: strict + [.unsafeFlags(["-O"])]),
        .testTarget(
            name: "WireTests", dependencies: ["Wire", "EnclaveBuild", "EnclaveCrypto"], exclude: ["Corpus", "IndexCorpus"],
            swiftSettings: strict),
        .testTarget(
            name: "VolumeTests", dependencies: ["Volume", "EnclaveCrypto", "Wire"], exclude: ["Golden", "Corpus"],
            swiftSettings: strict),
        .testTarget(
            name: "EnclaveBuildTests",
            dependencies: [
                "EnclaveBuild", "EnclaveLayout", "SGX", "Wire", "EnclaveCrypto",
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            exclude: ["recompute.py"], swiftSettings: strict),
        .testTarget(
            name: "ForeignImagesTests",
            dependencies: [
                "ForeignImages", "EnclaveHost", "EnclaveLayout", "SoftSGX", "CSoftSGX", "SGX", "EnclaveCrypto",
                "EnclaveTestSupport",
            ],
            exclude: ["recompute.py", "Corpus"], swiftSettings: strict),
        .testTarget(
            name: "EnclaveHostTests",
            dependencies: [
                "EnclaveHost", "EnclaveBuild", "EnclaveCrypto", "EnclaveLayout", "EnclaveImages", "SoftSGX", "CSoftSGX", "SGX",
                "Wire", "AESM", "Linux", "CLinux", "EnclaveTestSupport", "CHostileHost",
            ],
            exclude: ["Programs", "Corpus"], swiftSettings: strict),
        .target(
            name: "AttestationTestSupport", dependencies: ["Attestation"], path: "Tests/AttestationTestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "AttestationTests",
            dependencies: [
                "Attestation", "AttestationTestSupport", "SGX", "SoftSGX", "EnclaveCrypto",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(
            name: "CollateralServiceTests",
            dependencies: [
                "CollateralService", "Attestation", "AttestationTestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SGXToolsTests", dependencies: ["Attestation", "SGX", "EnclaveCrypto", "sgx-tools", "inclavare-quoted"],
            swiftSettings: strict),
        .testTarget(
            name: "QuotingTests", dependencies: ["Attestation", "AESM", "SGX", "Linux", "EnclaveCrypto", "inclavare-quoted"],
            exclude: ["Clients", "Corpus"], swiftSettings: strict),
        .testTarget(name: "OCITests", dependencies: ["OCI"], swiftSettings: strict),
        .testTarget(
            name: "ContainerRuntimeTests", dependencies: ["ContainerRuntime", "OCI", "Wire", "Linux", "CLinux"],
            swiftSettings: strict),
        .testTarget(name: "RuneTests", dependencies: ["CLinux"], exclude: ["Programs", "Weakened"], swiftSettings: strict),
        .testTarget(name: "ForeignTests", exclude: ["Programs", "wrong-library"], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests", dependencies: ["Linux", "Wire"], exclude: ["Programs"], swiftSettings: strict),

        // Benchmarks: what Scripts/bench builds and runs beside the peers.
        .target(name: "CSoftSGXBench", path: "Benchmarks/CSoftSGXBench"),
        .executableTarget(
            name: "SoftSGXBench", dependencies: ["CSoftSGXBench", "CSoftSGX", "SoftSGX", "SGX", "Linux", "EnclaveBuild"],
            path: "Benchmarks/SoftSGXBench", swiftSettings: strict),
        .executableTarget(
            name: "AttestationBench", dependencies: ["Attestation", "SGX", "SoftSGX", "EnclaveCrypto"],
            path: "Benchmarks/AttestationBench", swiftSettings: strict),
        .executableTarget(
            name: "QuotingBench", dependencies: ["Attestation", "AESM", "SGX"], path: "Benchmarks/QuotingBench",
            swiftSettings: strict),
    ]
)
