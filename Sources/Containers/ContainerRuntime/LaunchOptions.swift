/// What the command line of `create` and `run` says beside the bundle.
package struct LaunchOptions: Sendable {
    package var id = ""
    package var bundle = "."
    package var stateRoot = ""
    package var pidFile: String?
    package var consoleSocket: String?
    package var usesPivot = true
    package var makesKeyring = true
    package var preservedDescriptors: UInt32 = 0
    package var detaches = false
    package var keeps = false
    package var log = RuntimeLog()
    /// Loads enclave runtimes of others; `nil` in a program that cannot, which then becomes one that can.
    package var libraries: (any EnclaveLibraryLoader)?

    package init() {}
}
