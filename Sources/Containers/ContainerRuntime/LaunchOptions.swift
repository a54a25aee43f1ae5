/// What the command line of `create` and `run` says beside the bundle.
package struct LaunchOptions: Sendable {
    package var id = ""
    package var bundle = "."
    package var stateRoot = ""
    package var pidFile: String?
    package var consoleSocket: String?
    package var pidfdSocket: String?
    package var usesPivot = true
    package var makesKeyring = true
    /// How many were asked for, beside those of `activation`.
    package var preservedDescriptors: UInt32 = 0
    package var activation = SocketActivation()
    package var detaches = false
    package var keeps = false
    package var log = RuntimeLog()
    /// Loads enclave runtimes of others; `nil` in a program that cannot, which then becomes one that can.
    package var libraries: (any EnclaveLibraryLoader)?

    package init() {}

    /// How many descriptors behind the streams the program gets.
    package var keptDescriptors: UInt32 { activation.count + preservedDescriptors }
}
