/// How memory is reached from inside: first the process's mapping, then the driver, then the EPCM.
extension Machine {
    private static func code(_ access: Rights) -> UInt16 {
        access.contains(.execute) ? 0x14 : access.contains(.write) ? 6 : 4
    }

    /// The page tables' part: nil when there is a translation, else the outcome.
    ///
    /// A page that the enclave does not have is added.
    mutating func translate(_ address: UInt64, _ access: Rights) -> Outcome? {
        guard let number = Machine.page(address) else { return .fault(Machine.code(access), page: address & ~4095) }
        let fault = Outcome.fault(Machine.code(access), page: UInt64(number) * 4096)
        guard let mapping = mappings[number], mapping.isSuperset(of: access) else { return fault }
        guard let page = pages[number] else {
            guard isInitialised else { return fault }
            pages[number] = Machine.augmented
            return nil
        }
        // A mapping older than the page may ask for more than the page was added with; the driver then gives it nothing.
        return page.most.isSuperset(of: mapping) ? nil : fault
    }

    /// A fault that the EPCM raises.
    static func denied(_ address: UInt64, _ access: Rights) -> Outcome {
        .fault(0x8001 | code(access), page: address & ~4095)
    }

    /// An access of the enclave's own: nil when it succeeds.
    mutating func access(_ address: UInt64, _ access: Rights) -> Outcome? {
        if let fault = translate(address, access) { return fault }
        guard let page = pages[Int(address / 4096)], page.kind == .regular, page.isStable, page.rights.isSuperset(of: access) else {
            return Machine.denied(address, access)
        }
        return nil
    }
}
