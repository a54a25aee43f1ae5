import CEnclave
import EnclaveRuntime
import Wire

/// Called by the entry code on the vCPU's entry stack; its result goes back to the host in RSI.
@_cdecl("kernel_enter") func kernelEnter(_ reason: UInt64, _ callArea: UInt64) -> UInt64 {
    guard let layout = LaunchState.layout() else { enclave_panic(PanicCode.badLaunchLayout.rawValue) }
    guard HostCallArea.check(callArea, layout: layout) else { enclave_panic(PanicCode.hostCallArea.rawValue) }
    vcpu_current().pointee.call_area = callArea
    vcpu_current().pointee.current_thread = 0
    if reason == EntryReason.boot.rawValue { return boot(layout) }
    KernelLock.acquire()
    HostSignals.begin()
    Scheduler.run()
    KernelLock.release()
    return 0
}

/// Why the enclave would not start; logged in words before.
private enum StartError: Error {
    case refused(Bytes)
}

private func boot(_ layout: LaunchLayout) -> UInt64 {
    guard layout.vcpuIndex == 0 else { enclave_panic(PanicCode.badLaunchLayout.rawValue) }
    let base = LaunchState.base(layout)
    guard let heap = UnsafeMutableRawPointer(bitPattern: UInt(base + layout.kernelHeapOffset)) else {
        enclave_panic(PanicCode.badLaunchLayout.rawValue)
    }
    let added = layout.memoryIsFixed ? layout.kernelHeapLength : layout.kernelHeapAdded
    heap_initialise(heap, Int(layout.kernelHeapLength), Int(added))
    KernelLock.acquire()
    defer { KernelLock.release() }
    do throws(StartError) {
        try start(layout, base)
        return 0
    } catch {
        switch error {
        case .refused(let text): refuse(text)
        }
        return 1
    }
}

private func refuse(_ text: Bytes) {
    let area = HostCallArea()
    area.write(text)
    _ = area.call(.log, UInt64(LogLevel.error.rawValue), UInt64(text.count))
}

private func start(_ layout: LaunchLayout, _ base: UInt64) throws(StartError) {
    let configuration = try readConfiguration(layout, base)
    try checkIdentity(configuration)
    let boot: BootBlock
    do throws(WireError) {
        boot = try BootBlock(decoding: HostCallArea().readBootBlock())
    } catch {
        throw .refused(LogText("the boot block of the host is not one this version reads").bytes)
    }
    guard layout.memoryIsFixed || boot.newestVersion >= WireVersion.dynamicMemory else {
        throw .refused(LogText("the host cannot take pages back, which dynamic memory needs; start it with a newer one").bytes)
    }
    let parameters: StartParameters
    do throws(StartParameters.Refusal) { parameters = try StartParameters(configuration, boot) } catch {
        switch error {
        case .because(let text): throw .refused(text)
        }
    }
    Clock.initialise(boot.clock, buildDate: configuration.buildDate)
    CPUTable.initialise(boot.cpuid, xfrm: configuration.xfrm)
    guard configuration.memoryIsFixed == layout.memoryIsFixed else {
        throw .refused(LogText("layout and configuration differ about dynamic memory").bytes)
    }
    Scheduler.initialise(layout, processors: Int(boot.flags.processors))
    let kernel = Kernel(layout: layout, configuration: configuration, boot: boot, hostname: parameters.hostname)
    install(kernel)
    HostCallArea.isExitless = configuration.exitless
    for name in parameters.dropped {
        var text = LogText("environment variable not in the manifest, dropped: ")
        text.append(printable: Bytes(name.prefix(200)))
        Host.log(.info, text.bytes)
    }
    if kernel.traceRule == .off, !boot.flags.isDisjoint(with: [.trace, .profile]) {
        Host.log(.warning, LogText("the manifest says trace = \"off\": the host sees no calls").bytes)
    }
    do throws(Errno) {
        kernel.mount(try FileSystemRoot(configuration: configuration))
    } catch {
        throw .refused(failure("the root filesystem cannot be mounted", [], error))
    }
    do throws(Errno) {
        try kernel.start(parameters, reservationEnd: base + layout.kernelHeapOffset)
    } catch {
        throw .refused(failure("the entrypoint cannot be started", parameters.path, error))
    }
}

private func failure(_ what: StaticString, _ path: Bytes, _ error: Errno) -> Bytes {
    var text = LogText(what)
    if !path.isEmpty {
        text.append(": ")
        text.append(printable: path)
    }
    switch error {
    case .ENOENT: text.append(": no such file or directory")
    case .EACCES: text.append(": permission denied")
    case .ENOEXEC: text.append(": not an x86-64 ELF program or script, or truncated")
    case .ENOMEM: text.append(": the enclave's memory is too small")
    case .EIO: text.append(": its content does not match the index, or cannot be read")
    case .EBUSY: text.append(": something it needs is in use")
    case .ENOSPC: text.append(": there is no room left where the host keeps it")
    case .EROFS: text.append(": where the host keeps it nothing can be written")
    case .ENOTDIR: text.append(": a part of a path is no directory")
    default:
        text.append(": error ")
        text.append(Int64(error.code))
    }
    return text.bytes
}

private func readConfiguration(_ layout: LaunchLayout, _ base: UInt64) throws(StartError) -> EnclaveConfiguration {
    guard layout.configurationLength <= UInt64(EnclaveConfiguration.longest),
        let start = UnsafeRawPointer(bitPattern: UInt(base + layout.configurationOffset))
    else { throw .refused(LogText("the measured layout is damaged").bytes) }
    let bytes = Bytes(UnsafeRawBufferPointer(start: start, count: Int(layout.configurationLength)))
    do throws(WireError) { return try EnclaveConfiguration(decoding: bytes) } catch {
        throw .refused(LogText("the measured configuration is not one this version reads").bytes)
    }
}

/// The enclave compares what the CPU says of it with its configuration; CONFIGID and CONFIGSVN are the host's and must be zero.
private func checkIdentity(_ configuration: EnclaveConfiguration) throws(StartError) {
    guard let report = Identity.report(targetInfo: Bytes(repeating: 0, count: 512), reportData: Bytes(repeating: 0, count: 64))
    else {
        throw .refused(LogText("the CPU made no REPORT").bytes)
    }
    func word(_ at: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(report[at + index]) }
        return value
    }
    // INIT is set by EINIT.
    guard word(48, 8) & ~1 == configuration.attributes & ~1 else {
        throw .refused(LogText("ATTRIBUTES of the REPORT differ from the configuration").bytes)
    }
    // EXINFO and nothing else: without it faults look like interruptions. No control-flow enforcement, whose state nobody saves here.
    guard word(16, 4) == 1, word(20, 1) == 0 else {
        throw .refused(LogText("MISCSELECT or CET_ATTRIBUTES of the REPORT are not what this version is entered with").bytes)
    }
    // The extended state that is cleared at every exit.
    guard configuration.xfrm & ~0xe7 == 0 else {
        throw .refused(LogText("XFRM of the configuration has a component this version does not clear").bytes)
    }
    guard word(56, 8) == configuration.xfrm else {
        throw .refused(LogText("XFRM of the REPORT differs from the configuration").bytes)
    }
    guard word(256, 2) == UInt64(configuration.productID), word(258, 2) == UInt64(configuration.securityVersion) else {
        throw .refused(LogText("product id or security version of the REPORT differ from the configuration").bytes)
    }
    for index in 192..<256 where report[index] != 0 {
        throw .refused(LogText("CONFIGID is not zero").bytes)
    }
    guard word(260, 2) == 0 else { throw .refused(LogText("CONFIGSVN is not zero").bytes) }
}
