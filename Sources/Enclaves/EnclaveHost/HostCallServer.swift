import Glibc
import Linux
import Synchronization
import Wire

/// Serves the host calls of one enclave, from any of its threads.
///
/// Bytes in a call area are the enclave's and are not trusted.
final class HostCallServer: Sendable {
    let stop = StopFlag()
    let counts = HostCallCounts()
    let log: LogWriter
    private let trace: TraceWriter
    let vcpus: VCPUServer
    let signals: SignalRelay
    let attestation = AttestationRelay()
    /// Where the configuration has calls made without exits.
    let slots: SlotServer?
    private let ticker: Ticker
    private let files: FileServer
    private let volumes: VolumeServer
    private let streams: StreamServer
    private let clock: ClockServer
    private let quoting: QuoteClient
    private let pages: PageServer?
    private let sockets: SocketServer
    private let untrusted: UntrustedServer
    private let report = Mutex<ExitReport?>(nil)

    init(
        _ services: consuming HostServices, indexes: HeldDescriptors, configuration: EnclaveConfiguration,
        clock: ClockServer, pages: PageServer? = nil
    ) throws(SystemCallError) {
        log = LogWriter(services.log)
        trace = TraceWriter(services.trace ?? TraceOptions(descriptor: services.log))
        sockets = try SocketServer()
        vcpus = try VCPUServer(count: Int(configuration.vcpus), watch: sockets.watch)
        ticker = try Ticker()
        signals = SignalRelay(configuration.hostSignals)
        slots = configuration.exitless ? try SlotServer(services.exitless) : nil
        streams = StreamServer(
            descriptors: [services.streams.input, services.streams.output, services.streams.error], watch: sockets.watch,
            stop: stop, signals: signals)
        quoting = QuoteClient(services.quoting, log: log)
        self.clock = clock
        self.pages = pages
        let places = services.volumes
        volumes = VolumeServer(root: try services.rootFilesystem.duplicate(), places, mounts: configuration.mounts, log: log)
        untrusted = UntrustedServer(root: try services.rootFilesystem.duplicate(), mounts: configuration.mounts)
        try untrusted.sources.requirePresent()
        files = try FileServer(
            indexes: indexes, root: services.rootFilesystem, image: services.image, mounts: configuration.mounts, places)
    }

    /// Whether the enclave is to look: at signals, or at what is asked of it from outside.
    var newsWaits: Bool { signals.areWaiting || attestation.isWaiting }

    var exitReport: ExitReport? { report.withLock { $0 } }

    /// The result to hand back; `start` gets the vCPUs that are to have a thread.
    func serve(_ call: CallView, vcpu: Int, start: (Int) -> Int64) -> Int64 {
        guard let name = HostCall(rawValue: call.number) else { return -Int64(ENOSYS) }
        counts.count(name)
        if slots != nil, ExitlessCalls.cover(name, call) { slots?.wake(self) }
        return serve(name, call, vcpu: vcpu, start: start)
    }

    /// The result of a call in a slot; `nil` where it would wait, or is none of those that are made so.
    func serveAtOnce(_ call: CallView, vcpu: Int) -> Int64? {
        guard let name = HostCall(rawValue: call.number), ExitlessCalls.cover(name, call) else { return nil }
        let result: Int64?
        switch name {
        case .readStream: result = streams.readAtOnce(call)
        case .writeStream: result = streams.writeAtOnce(call)
        case .closeSocket: result = sockets.closeAtOnce(call)
        default: result = serve(name, call, vcpu: vcpu) { _ in -Int64(ENOSYS) }
        }
        if result != nil { counts.countExitless(name) }
        return result
    }

    private func serve(_ name: HostCall, _ call: CallView, vcpu: Int, start: (Int) -> Int64) -> Int64 {
        switch name {
        case .fetchIndex: return files.fetchIndex(call)
        case .fetchFile: return files.fetchFile(call)
        case .readStream: return streams.read(call)
        case .writeStream: return streams.write(call)
        case .pollStreams: return streams.poll(call)
        case .watchStream: return streams.watch(call)
        case .streamInformation: return streams.information(call)
        case .park: return vcpus.park(vcpu, call)
        case .wakeVCPU: return vcpus.wake(call)
        case .startVCPU: return startVCPU(call, start)
        case .quote: return quoting.quote(call)
        case .quoteTargetInfo: return quoting.targetInfo(call)
        case .log: return log.serve(call)
        case .clock: return clockReading(call)
        case .fetchUntrusted: return files.fetchUntrusted(call)
        case .terminal: return streams.terminal(call)
        case .exited: return exited(call)
        case .trimPages: return pages?.trim(call) ?? -Int64(ENOSYS)
        case .removePages: return pages?.remove(call) ?? -Int64(ENOSYS)
        case .makeTCS: return pages?.makeTCS(call) ?? -Int64(ENOSYS)
        case .restrictPages: return pages?.restrict(call) ?? -Int64(ENOSYS)
        case .trace: return trace.serve(call)
        case .openVolume: return volumes.open(call)
        case .volumeLength: return volumes.length(call)
        case .readVolume: return volumes.read(call)
        case .writeVolume: return volumes.write(call)
        case .resizeVolume: return volumes.resize(call)
        case .syncVolume: return volumes.sync(call)
        case .readCounter: return volumes.readCounter(call)
        case .writeCounter: return volumes.writeCounter(call)
        case .interrupt: return ticker.request(call.argument(0), vcpus)
        case .takeSignals: return signals.take(call)
        case .takeAttestation: return attestation.take(call)
        case .giveAttestation: return attestation.give(call)
        case .awaitEvents: return vcpus.awaitEvents(vcpu, call)
        case .networkInterfaces: return HostInterfaces.serve(call)
        case .nameFile: return HostNames.serve(call)
        default: return sockets.serve(name, call) ?? untrusted.serve(name, call) ?? -Int64(ENOSYS)
        }
    }

    private func startVCPU(_ call: CallView, _ start: (Int) -> Int64) -> Int64 {
        switch vcpus.claim(call) {
        case .success(let vcpu): start(vcpu)
        case .failure(let error): -Int64(error.code)
        }
    }

    private func clockReading(_ call: CallView) -> Int64 {
        var writer = ByteWriter()
        clock.reading().encode(into: &writer)
        return call.answer(writer.bytes)
    }

    private func exited(_ call: CallView) -> Int64 {
        do throws(WireError) {
            let decoded = try ExitReport(decoding: call.bytes(call.length(0)))
            report.withLock { $0 = decoded }
            trace.finish(decoded)
            return 0
        } catch {
            return -Int64(EBADMSG)
        }
    }
}
