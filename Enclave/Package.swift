// swift-tools-version: 6.2
import PackageDescription

// No SSE anywhere in the trusted half: a program's vector registers then survive a system call untouched, as they do under Linux,
// and nothing has to be saved on the way in. Crypto kernels that need them save what they use.
let embedded: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableExperimentalFeature("Embedded"),
    .enableExperimentalFeature("Extern"),
    .enableExperimentalFeature("Lifetimes"),
    .unsafeFlags([
        // A call saved is worth less here than elsewhere: what must be trusted stays below a mebibyte.
        "-wmo", "-O", "-Xllvm", "-sil-inline-removed-call-benefit=10", "-Xllvm", "-sil-inline-overall-caller-block-limit=120",
        "-Xllvm", "-align-all-functions=2", "-Xfrontend", "-function-sections", "-Xfrontend", "-disable-stack-protector",
        "-Xcc", "-mno-sse", "-Xcc", "-mno-mmx", "-Xcc", "-DINCLAVARE_ENCLAVE", "-enforce-exclusivity=unchecked",
    ]),
]
let freestanding: [CSetting] = [
    .define("INCLAVARE_ENCLAVE"),
    .unsafeFlags([
        "-ffreestanding", "-fno-stack-protector", "-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections",
        "-fcf-protection=none", "-fno-builtin-memcpy", "-fno-builtin-memset",
    ]),
]

let package = Package(
    name: "Enclave",
    products: [.executable(name: "enclave", targets: ["enclave"])],
    targets: [
        .target(name: "CEnclave", cSettings: freestanding + [.unsafeFlags(["-mno-sse", "-mno-mmx"])]),
        .target(name: "CEnclaveCrypto", cSettings: freestanding + [.unsafeFlags(["-mno-sse", "-mno-mmx"])]),
        .target(name: "EnclaveCrypto", dependencies: ["CEnclaveCrypto"], swiftSettings: embedded),
        .target(name: "SGX", dependencies: ["EnclaveCrypto"], swiftSettings: embedded),
        .target(name: "Wire", dependencies: ["EnclaveCrypto"], swiftSettings: embedded + [.unsafeFlags(["-Osize"])]),
        .target(name: "Volume", dependencies: ["Wire", "EnclaveCrypto", "CEnclaveCrypto"], swiftSettings: embedded),
        .target(name: "EnclaveRuntime", dependencies: ["CEnclave", "Wire", "SGX", "EnclaveCrypto"], swiftSettings: embedded),
        .target(
            name: "LibOS", dependencies: ["EnclaveRuntime", "CEnclave", "Wire", "Volume", "SGX", "EnclaveCrypto"],
            swiftSettings: embedded),
        .executableTarget(
            name: "enclave", dependencies: ["LibOS"], swiftSettings: embedded,
            linkerSettings: [
                .unsafeFlags([
                    "-nostartfiles", "-use-ld=lld", "-Xclang-linker", "-nostdlib", "-Xclang-linker", "-static-pie",
                    "-Xlinker", "--no-dynamic-linker", "-Xlinker", "-z", "-Xlinker", "defs", "-Xlinker", "--gc-sections",
                    "-Xlinker", "--icf=all",
                    "-Xlinker", "-e", "-Xlinker", "enclave_entry", "-Xlinker", "--build-id=none",
                    "-Xlinker", "-z", "-Xlinker", "separate-loadable-segments",
                    "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "-z", "-Xlinker", "norelro",
                    "-Xlinker", "--no-eh-frame-hdr", "-Xlinker", "--strip-debug",
                    "-Xlinker", "-T", "-Xlinker", Context.packageDirectory + "/enclave.lds",
                    "-Xlinker", "--defsym=main=enclave_entry",
                ])
            ]),
    ]
)
