/// EACCEPT, EMODPE or EACCEPTCOPY for pages side by side, as an enclave does it that has many of them.
struct PageLoop: Equatable {
    let leaf: UInt64
    let rbx: UInt64
    var rcx: UInt64
    var rdx: UInt64
    /// Whether each page is copied from another one, side by side as well.
    let stepsSource: Bool
    /// Pages left.
    var count: UInt64

    /// What the code of the enclave takes in RSI.
    var request: UInt64 { leaf | count << 8 | (stepsSource ? 1 << 16 : 0) }

    /// Behind a page that is done.
    mutating func advance() {
        rcx &+= 4096
        if stepsSource { rdx &+= 4096 }
        count -= 1
    }
}
