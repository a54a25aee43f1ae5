import CLinux
import Glibc
import Linux

/// The program that decides on devices for a v2 cgroup.
enum DeviceFilter {
    /// Loads and attaches it; another one that is there is replaced in one step, so that no instant is without either.
    static func set(_ program: DeviceProgram, on folder: CgroupFolder) throws(SystemCallError) {
        let cgroup = try FileDescriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        let loaded = try load(program)
        let present = attached(to: cgroup)
        let only = present.count == 1 ? open(present[0]) : -1
        let result = cl_bpf_attach_devices(cgroup.raw, loaded.raw, only)
        if only >= 0 { close(only) }
        try SystemCallError.check(result, "attach a device filter to \(folder.path)")
        guard only < 0 else { return }
        for id in present { detach(id, from: cgroup) }
    }

    private static func load(_ program: DeviceProgram) throws(SystemCallError) -> FileDescriptor {
        let code = program.instructions.map(\.encoded)
        let result = code.withUnsafeBufferPointer { cl_bpf_load_devices($0.baseAddress, UInt32($0.count)) }
        return FileDescriptor(owning: try SystemCallError.check(result, "load a device filter"))
    }

    private static func attached(to cgroup: borrowing FileDescriptor) -> [UInt32] {
        var ids = [UInt32](repeating: 0, count: 64)
        let count = ids.withUnsafeMutableBufferPointer { cl_bpf_attached_devices(cgroup.raw, $0.baseAddress, UInt32($0.count)) }
        return Array(ids.prefix(max(0, count)))
    }

    private static func open(_ id: UInt32) -> Int32 { Int32(cl_bpf_open(id)) }

    private static func detach(_ id: UInt32, from cgroup: borrowing FileDescriptor) {
        let program = open(id)
        guard program >= 0 else { return }
        _ = cl_bpf_detach_devices(cgroup.raw, program)
        close(program)
    }
}
