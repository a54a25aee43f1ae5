import TOMLKit
import Wire

extension Manifest {
    mutating func readNetwork(_ document: ManifestDocument) throws(BuildError) {
        var rule = NetworkRule()
        rule.mode = document.value("network", "mode")?.string == "none" ? .none : .host
        rule.names = document.value("network", "dns")?.string == "image" ? .image : .host
        if let listen = try rules("listen", document) { rule.listen = listen }
        if let connect = try rules("connect", document) { rule.connect = connect }
        let servers = document.value("network", "nameservers").flatMap(ManifestValue.texts) ?? []
        guard servers.count <= NetworkRule.mostNameServers else {
            throw document.error(["network", "nameservers"], "more than resolv.conf may have", "give three at most")
        }
        for server in servers {
            guard let address = AddressText.parse(Array(server.utf8)) else {
                throw document.error(
                    ["network", "nameservers"], "\"\(server)\" is not an IP address", "give such as \"192.0.2.53\"")
            }
            rule.nameServers.append(address)
        }
        configuration.network = rule
    }

    private func rules(_ name: String, _ document: ManifestDocument) throws(BuildError) -> [EndpointRule]? {
        guard let texts = document.value("network", name).flatMap(ManifestValue.texts) else { return nil }
        guard texts.count <= NetworkRule.mostRules else {
            throw document.error(["network", name], "too many rules", "give \(NetworkRule.mostRules) at most")
        }
        var rules: [EndpointRule] = []
        for text in texts {
            guard let rule = EndpointRule(text: text) else {
                throw document.error(
                    ["network", name], "\"\(text)\" is not a rule",
                    "give such as \"tcp:8080\", \"udp:192.0.2.0/24:53\", \"tcp:[2001:db8::1]:443\" or \"*\"")
            }
            rules.append(rule)
        }
        return rules
    }
}
