extension MountOptions {
    /// The options that are not handed on to the filesystem.
    static var names: [String] {
        let attributes = MountAttributeOption.named.keys
        let words = ["bind", "rbind", "remount", "tmpcopyup", "idmap", "ridmap", "defaults"]
        let propagations = ["shared", "slave", "private", "unbindable"].flatMap { [$0, "r" + $0] }
        return (attributes + attributes.map { "r" + $0 } + Array(filesystemFlags.keys) + words + propagations).sorted()
    }
}
