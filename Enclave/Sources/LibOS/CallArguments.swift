typealias Bytes = [UInt8]

/// Number and arguments of one system call.
struct CallArguments {
    let number: UInt64
    let a0: UInt64
    let a1: UInt64
    let a2: UInt64
    let a3: UInt64
    let a4: UInt64
    let a5: UInt64
}
