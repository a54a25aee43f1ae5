import CSGXPreload
import SoftSGX

// What C calls, with the driver's lock held and signals blocked; the declarations are in CSGXPreload.h.

private func result(_ body: () throws(Refusal) -> Int) -> Int {
    do throws(Refusal) { return try body() } catch { return -Int(error.code) }
}

@_cdecl("preload_device_open")
func deviceOpen(_ kind: Int32, _ flags: Int32) -> Int {
    result { () throws(Refusal) in
        try DeviceTable.current.open(preload_kind(rawValue: UInt32(bitPattern: kind)), flags: flags)
    }
}

@_cdecl("preload_device_ioctl")
func deviceIoctl(
    _ slot: Int32, _ descriptor: Int32, _ command: UInt64, _ argument: UInt64, _ done: UnsafeMutablePointer<UInt64>
) -> Int {
    result { () throws(Refusal) in
        let file = try DeviceTable.current.file(Int(slot))
        if file.kind == PRELOAD_ISGX { return try DeviceTable.current.controlOld(command, argument) }
        return try file.control(command, argument, descriptor: descriptor, done: &done.pointee)
    }
}

@_cdecl("preload_device_map")
func deviceMap(
    _ slot: Int32, _ descriptor: Int32, _ address: UInt64, _ bytes: UInt64, _ rights: Int32, _ flags: Int32
) -> Int {
    result { () throws(Refusal) in
        try DeviceTable.current.map(
            Int(slot), descriptor: descriptor, at: address, bytes, rights: rights, flags: flags)
    }
}

@_cdecl("preload_device_protect")
func deviceProtect(_ address: UInt64, _ bytes: UInt64, _ rights: Int32) -> Int {
    result { () throws(Refusal) in
        try DeviceTable.current.protect(address, bytes, rights: rights)
        return 0
    }
}

@_cdecl("preload_device_unmap")
func deviceUnmap(_ address: UInt64, _ bytes: UInt64) -> Int {
    result { () throws(Refusal) in
        try DeviceTable.current.unmap(address, bytes)
        return 0
    }
}

@_cdecl("preload_device_cover")
func deviceCover(_ address: UInt64, _ bytes: UInt64) { DeviceTable.current.cover(address, bytes) }

@_cdecl("preload_device_uncover")
func deviceUncover() { DeviceTable.current.uncover() }

@_cdecl("preload_device_touches")
func deviceTouches(_ address: UInt64, _ bytes: UInt64) -> Int { DeviceTable.current.touches(address, bytes) ? 1 : 0 }

@_cdecl("preload_device_sweep")
func deviceSweep() { DeviceTable.current.sweep() }

@_cdecl("preload_epc_bytes")
func epcBytes() -> UInt64 {
    // A size that cannot be read is complained of when an enclave is created.
    ((try? EPCAccount.configuredSize()) ?? EPCSize.standard(memoryBytes: 4 << 30)).bytes
}
