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
    }
}
