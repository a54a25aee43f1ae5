import Testing

/// Expectations about containers, each tried with rune and with the peers that are installed; a table ends the run.
@Suite(.serialized, .enabled(if: Runtime.canRun, Runtime.need))
struct ContainerTests {
    @Test(arguments: Expectation.process, Runtime.installed)
    func process(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.filesystem, Runtime.installed)
    func filesystem(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.lifecycle, Runtime.installed)
    func lifecycle(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.namespaces, Runtime.installed)
    func namespaces(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.cgroups, Runtime.installed)
    func cgroups(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.cgroupCommands, Runtime.installed)
    func cgroupCommands(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.hooks, Runtime.installed)
    func hooks(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.mounts, Runtime.installed)
    func mounts(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.moreNamespaces, Runtime.installed)
    func moreNamespaces(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.exec, Runtime.installed)
    func exec(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.border, Runtime.installed)
    func border(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.descriptors, Runtime.installed)
    func descriptors(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.rootless, Runtime.installed)
    func rootless(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.seccomp, Runtime.installed)
    func seccomp(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    @Test(arguments: Expectation.scheduling, Runtime.installed)
    func scheduling(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }
}
