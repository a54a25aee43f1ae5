import CLinux
import Glibc
import Linux

/// The files that tell of a machine, below a root: "" for this machine, a directory for one that is described there.
struct HostTree {
    let root: String

    private func text(_ path: String) -> String? {
        guard let bytes = try? FileContents.read(root + path, limit: 4 << 20) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func word(_ path: String) -> String? {
        text(path)?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    func kernel() -> KernelFacts {
        var kernel = KernelFacts()
        kernel.release = word("/proc/sys/kernel/osrelease") ?? ""
        kernel.switchedOff = text("/proc/cmdline")?.split(whereSeparator: \.isWhitespace).contains("nosgx") ?? false
        (kernel.sgxConfigured, kernel.configuration) = configuration(kernel.release)
        let lines = text("/proc/cpuinfo")?.split(separator: "\n") ?? []
        let flags = lines.first { $0.hasPrefix("flags") }?.split(whereSeparator: \.isWhitespace) ?? []
        kernel.reportsSGX = flags.contains("sgx")
        kernel.reportsFlexibleLaunch = flags.contains("sgx_lc")
        kernel.minimumAddress = word("/proc/sys/vm/mmap_min_addr").flatMap { UInt64($0) }
        kernel.maximumMappings = word("/proc/sys/vm/max_map_count").flatMap { UInt64($0) }
        return kernel
    }

    /// The running kernel's own copy first: what lies in /boot may be of another build.
    private func configuration(_ release: String) -> (Bool?, String?) {
        let embedded = try? FileContents.read(root + "/proc/config.gz", limit: 4 << 20)
        let candidates = [
            ("/proc/config.gz", embedded.flatMap { Gzip.contents(of: $0) }.map { String(decoding: $0, as: UTF8.self) }),
            ("/boot/config-\(release)", text("/boot/config-\(release)")),
        ]
        for case (let path, let text?) in candidates {
            return (text.split(separator: "\n").contains("CONFIG_X86_SGX=y"), path)
        }
        return (nil, nil)
    }

    func device(_ path: String) -> DeviceFacts {
        var status = stat()
        guard stat(root + path, &status) == 0 else { return DeviceFacts(path, errno == EACCES ? .forbidden : .absent) }
        guard status.st_mode & S_IFMT == S_IFCHR else { return DeviceFacts(path, .strange) }
        var device = DeviceFacts(path, access(root + path, R_OK | W_OK) == 0 ? .usable : .forbidden)
        device.mode = UInt32(status.st_mode & 0o777)
        device.group = groupName(status.st_gid)
        return device
    }

    private func groupName(_ number: gid_t) -> String? {
        for line in text("/etc/group")?.split(separator: "\n") ?? [] {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, fields[2] == "\(number)" { return String(fields[0]) }
        }
        return nil
    }

    /// `/dev/sgx` is a device of the first patches, or a directory: of the DCAP driver, or of links that udev makes to the kernel's own.
    func oldDevices(besides kernel: DeviceFacts) -> [DeviceFacts] {
        let directory = kernel.state == .absent ? ["/dev/sgx/enclave"] : []
        return (["/dev/isgx", "/dev/sgx"] + directory).map { device($0) }.filter { $0.state == .usable || $0.state == .forbidden }
    }

    func epcNodes() -> [HostFacts.Node] {
        (0..<128).compactMap { number in
            word("/sys/devices/system/node/node\(number)/x86/sgx_total_bytes").flatMap { UInt64($0) }
                .map { HostFacts.Node(number: number, bytes: $0) }
        }
    }

    func cgroupEPC() -> UInt64? {
        for path in ["/sys/fs/cgroup/misc.capacity", "/sys/fs/cgroup/misc/misc.capacity"] {
            for line in text(path)?.split(separator: "\n") ?? [] {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == "sgx_epc" { return UInt64(words[1]) }
            }
        }
        return nil
    }

    func socket(_ path: String) -> SocketState {
        let result = cl_probe_unix(root + path)
        guard result < 0 else {
            close(Int32(result))
            return .listening
        }
        switch Int32(-result) {
        case EAGAIN: return .listening
        case ENOENT, ENOTDIR: return .absent
        case EACCES, EPERM: return .forbidden
        default: return .dead
        }
    }
}
