import Testing

@testable import ContainerRuntime

@Suite struct KernelParametersTests {
    @Test(arguments: [
        ("net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net/ipv4/ip_forward", "net/ipv4/ip_forward"),
        ("net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"),
        ("net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/forwarding"),
    ])
    func bothWaysToWriteANameMeanTheSameFile(key: String, path: String) {
        #expect(KernelParameters.path(key) == path)
        #expect(KernelParameters.isName(key))
    }

    @Test(arguments: [
        "net.//.kernel.core_pattern", "net/../kernel/core_pattern", "net./.kernel", "net..x", "net.", "net/", "/net/x",
        "fs.mqueue.//.//.kernel.x", "net.x\0",
    ])
    func whatLeadsElsewhereIsNoName(key: String) {
        #expect(!KernelParameters.isName(key))
    }
}
