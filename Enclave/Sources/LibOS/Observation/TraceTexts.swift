import Wire

/// Copies what the arguments of a call point to, for traces that may show arguments; never a buffer with data.
enum TraceTexts {
    private static let longestString = 256
    private static let longestAddress: UInt64 = 128
    private static let mostArguments = 32

    /// Paths, names and small structures the kernel is given.
    static func ofEntry(_ call: CallArguments) -> [TraceRecord.Text] {
        collect(call) { (kind, value, next) throws(Errno) in
            switch kind {
            case .path: try userString(value, limit: 4096, tooLong: .ENAMETOOLONG)
            case .string: try shortString(value)
            case .socketAddress: try userBytes(value, Int(min(next, longestAddress)))
            case .time: try userBytes(value, 16)
            case .signalSet: try userBytes(value, 8)
            case .argumentVector: call.number == 59 && value == call.a2 ? nil : try vector(value)
            default: nil
            }
        }
    }

    /// Small structures that the call filled in.
    static func ofResult(_ call: CallArguments) -> [TraceRecord.Text] {
        collect(call) { (kind, value, next) throws(Errno) in
            switch kind {
            case .descriptorPair: try userBytes(value, 8)
            case .status: try userBytes(value, 56)
            case .peerAddress: try userBytes(value, Int(min(UInt64(try userLoad(next, as: UInt32.self)), longestAddress)))
            default: nil
            }
        }
    }

    /// What cannot be read is not shown: the call itself says EFAULT then.
    private static func collect(
        _ call: CallArguments, _ read: (SystemCallArgument, UInt64, UInt64) throws(Errno) -> Bytes?
    ) -> [TraceRecord.Text] {
        guard let row = SystemCall.numbered(call.number) else { return [] }
        var texts: [TraceRecord.Text] = []
        for index in 0..<row.argumentCount {
            let value = call.argument(index)
            guard value != 0 else { continue }
            do throws(Errno) {
                guard let bytes = try read(row.argument(index), value, call.argument(index + 1)) else { continue }
                texts.append(TraceRecord.Text(argument: UInt8(index), bytes: bytes))
            } catch {}
        }
        return texts
    }

    private static func shortString(_ address: UInt64) throws(Errno) -> Bytes {
        Bytes(try userString(address, limit: 65536, tooLong: .E2BIG).prefix(longestString))
    }

    /// The first strings of a vector, each with a NUL behind it.
    private static func vector(_ address: UInt64) throws(Errno) -> Bytes {
        var joined: Bytes = []
        for index in 0..<UInt64(mostArguments) {
            let pointer = try userLoad(address &+ index * 8, as: UInt64.self)
            guard pointer != 0 else { break }
            let string = try shortString(pointer)
            guard joined.count + string.count < TraceRecord.longestText else { break }
            joined += string
            joined.append(0)
        }
        return joined
    }
}

extension CallArguments {
    /// The register `index`, 0 to 5; beyond them 0.
    func argument(_ index: Int) -> UInt64 {
        switch index {
        case 0: return a0
        case 1: return a1
        case 2: return a2
        case 3: return a3
        case 4: return a4
        case 5: return a5
        default: return 0
        }
    }
}
