extension SpecResources.DeviceRule {
    /// Leave to open one character device for reading and writing.
    package init(allowing device: SpecLinux.Device) {
        (allow, type, access) = (true, "c", "rw")
        (major, minor) = (Int64(device.major), Int64(device.minor))
    }
}
