extension TCBInfo {
    /// The standing of a platform: the highest level that it reaches in all sixteen components, in the PCE's version, and, for TDX, in
    /// the components of the domain.
    ///
    /// Components 1 and 2 of a domain are its module's versions. With a major version they count in the module's own levels instead.
    func standing(of platform: PCKExtension, domain: [UInt8]?) throws(VerificationFailure) -> Standing {
        let first = domain.map { $0[1] > 0 ? 2 : 0 } ?? 0
        func shortfalls(_ level: TCBLevel) -> [Shortfall] {
            var shortfalls = Shortfall.components(platform.components, below: level.components, named: "component")
            if platform.pceSVN < level.pceSVN {
                shortfalls.append(Shortfall(what: "PCE", actual: Int(platform.pceSVN), needed: Int(level.pceSVN)))
            }
            guard let domain else { return shortfalls }
            return shortfalls
                + Shortfall.components(domain, below: level.domainComponents, from: first, named: "TDX component")
        }
        guard let index = levels.firstIndex(where: { Self.reaches($0, platform, domain, first) }) else {
            let versions = "\(Hex.text(platform.components)), PCE \(platform.pceSVN)"
            let ofDomain = domain.map { ", TDX \(Hex.text($0))" } ?? ""
            throw .noLevel(part: "TCB Info", version: "the platform (\(versions)\(ofDomain))")
        }
        let next = index == 0 ? nil : Standing.Next(status: levels[index - 1].status, shortfalls: shortfalls(levels[index - 1]))
        return Standing(levels[index], number: index + 1, of: levels.count, next: next)
    }

    /// The standing of the TDX module of these versions; nil where the module has no major version and so no levels of its own.
    func moduleStanding(_ tcb: [UInt8]) throws(VerificationFailure) -> Standing? {
        guard tcb[1] > 0 else { return nil }
        let module = try module(tcb)
        let name = "TDX module \(module.id ?? "")"
        guard let standing = Standing(securityVersion: UInt16(tcb[0]), among: module.levels, named: name) else {
            throw .noLevel(part: "TCB Info", version: "\(name) of version \(tcb[0])")
        }
        return standing
    }

    /// Signer and attributes of the module must be those of the one that the domain's versions name.
    func checkModule(of report: TDReport) throws(VerificationFailure) {
        let module = try module(report.launchTCB)
        guard report.moduleSigner == module.signer else {
            throw .mismatch(
                field: "signer of the TDX module", expected: Hex.text(module.signer), actual: Hex.text(report.moduleSigner))
        }
        let masked = zip(report.moduleAttributes, module.attributesMask).map { $0 & $1 }
        let expected = zip(module.attributes, module.attributesMask).map { $0 & $1 }
        guard masked == expected else {
            throw .mismatch(field: "attributes of the TDX module", expected: Hex.text(expected), actual: Hex.text(masked))
        }
    }

    private func module(_ tcb: [UInt8]) throws(VerificationFailure) -> TDXModule {
        let id = tcb[1] > 0 ? TDXModule.id(version: tcb[1]) : nil
        guard let module = id == nil ? module : versionedModules.first(where: { $0.id == id }) else {
            throw .noLevel(part: "TCB Info", version: "the TDX module \(id ?? "without a version")")
        }
        return module
    }

    private static func reaches(_ level: TCBLevel, _ platform: PCKExtension, _ domain: [UInt8]?, _ first: Int) -> Bool {
        guard platform.pceSVN >= level.pceSVN, reaches(platform.components, level.components, from: 0) else { return false }
        return domain.map { reaches($0, level.domainComponents, from: first) } ?? true
    }

    private static func reaches(_ actual: [UInt8], _ needed: [TCBComponent], from first: Int) -> Bool {
        guard actual.count == needed.count else { return false }
        for index in first..<needed.count where actual[index] < needed[index].version { return false }
        return true
    }
}
