import CLinux
import Glibc
import Linux
import Testing

@testable import ContainerRuntime

@Suite struct MountOptionsTests {
    @Test func sortsFlagsFromFilesystemData() throws {
        let options = try MountOptions(["nosuid", "noexec", "strictatime", "mode=755", "size=64k"])
        #expect(options.flags == UInt(MS_NOSUID) | UInt(MS_NOEXEC) | UInt(MS_STRICTATIME))
        #expect(options.data == ["mode=755", "size=64k"])
        #expect(!options.isBind)
    }

    @Test func changesOfABindTouchOnlyWhatWasAskedFor() throws {
        let options = try MountOptions(["rbind", "ro", "nodev"])
        #expect(options.isBind && options.isRecursiveBind)
        #expect(options.attributes.added == cl_attr_rdonly | cl_attr_nodev)
        #expect(options.attributes.cleared == 0)
        #expect(options.data.isEmpty)
    }

    @Test func theLaterOfTwoContrariesWins() throws {
        let options = try MountOptions(["ro", "rw", "noexec", "exec", "nosuid"])
        #expect(options.flags == UInt(MS_NOSUID))
        #expect(options.attributes.added == cl_attr_nosuid)
        #expect(options.attributes.cleared == cl_attr_rdonly | cl_attr_noexec)
    }

    @Test func choosingAnAccessTimeClearsTheOthers() throws {
        let options = try MountOptions(["noatime", "relatime"])
        #expect(options.flags == UInt(MS_RELATIME))
        #expect(options.attributes.cleared == cl_attr_atime)
    }

    @Test func recursiveFormsAreKeptApart() throws {
        let options = try MountOptions(["rbind", "rro", "rslave"])
        #expect(options.attributes.isEmpty)
        #expect(options.recursiveAttributes.added == cl_attr_rdonly)
        #expect(options.propagations == [MountOptions.Propagation(flag: UInt64(MS_SLAVE), isRecursive: true)])
    }

    @Test(arguments: [
        "ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime", "strictatime", "nosymfollow", "rw", "suid", "dev",
        "exec", "atime", "diratime", "norelatime", "nostrictatime", "symfollow",
    ])
    func everyAttributeHasARecursiveForm(option: String) throws {
        let (plain, recursive) = (try MountOptions([option]), try MountOptions(["r" + option]))
        #expect(recursive.recursiveAttributes == plain.attributes)
        #expect(recursive.attributes.isEmpty && recursive.data.isEmpty && recursive.flags == 0)
    }

    @Test(arguments: [
        "async", "sync", "dirsync", "mand", "nomand", "iversion", "noiversion", "silent", "loud", "lazytime", "nolazytime",
        "defaults",
        "bind", "rbind", "remount", "shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable", "runbindable",
        "tmpcopyup", "idmap", "ridmap",
    ])
    func noOptionOfTheSpecificationReachesTheFilesystem(option: String) throws {
        #expect(try MountOptions([option]).data.isEmpty)
    }

    @Test func idMappingsAreOfTheMountOrOfAllBelow() throws {
        #expect(try MountOptions(["rbind", "idmap"]).idMapping == .own)
        #expect(try MountOptions(["rbind", "ridmap"]).idMapping == .recursive)
    }

    /// Labels have commas; what belongs to the kernel takes none.
    @Test func aLabelIsTheContextOfNewFilesystems() {
        let label = "system_u:object_r:container_file_t:s0:c1,c2"
        #expect(NewFilesystem.data(["mode=755"], of: "tmpfs", label: label) == "mode=755,context=\"\(label)\"")
        #expect(NewFilesystem.data([], of: "proc", label: label) == "")
        #expect(NewFilesystem.data(["context=x"], of: "tmpfs", label: label) == "context=x")
        #expect(NewFilesystem.data(["mode=755", "size=1m"], of: "tmpfs", label: nil) == "mode=755,size=1m")
    }
}
