import Wire

extension LogText {
    /// The name of a system call, or `call_N` where Linux has none of this number.
    mutating func append(systemCall number: UInt64) {
        guard let call = SystemCall.numbered(number) else {
            append("call_")
            append(unsigned: number)
            return
        }
        append(call.name)
    }
}
