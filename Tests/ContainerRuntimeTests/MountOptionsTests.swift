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

    @Test func whatIsNotSupportedIsRefusedByName() {
        let error = #expect(throws: RuntimeError.self) { try MountOptions(["idmap"]) }
        #expect(error?.description == "the mount option idmap is not supported")
    }
}
