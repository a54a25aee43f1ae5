extension MemoryCalls {
    private static let mostPieces: UInt64 = 1024
    private static let largestPart = 65536

    /// process_vm_readv and process_vm_writev; the only process is the caller's.
    static func transfer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a5 == 0, call.a2 <= mostPieces, call.a4 <= mostPieces else { throw .EINVAL }
        let own = try pieces(call.a1, call.a2)
        let others = try pieces(call.a3, call.a4)
        guard Int32(truncatingIfNeeded: call.a0) == thread.process.id else { throw .ESRCH }
        return call.number == 310 ? try copy(from: others, to: own) : try copy(from: own, to: others)
    }

    private static func pieces(_ address: UInt64, _ count: UInt64) throws(Errno) -> [(at: UInt64, count: UInt64)] {
        var list: [(at: UInt64, count: UInt64)] = []
        for index in 0..<count {
            let at = try userLoad(address &+ index * 16, as: UInt64.self)
            let length = try userLoad(address &+ index * 16 &+ 8, as: UInt64.self)
            guard Int64(bitPattern: length) >= 0 else { throw .EINVAL }
            if length > 0 { list.append((at, length)) }
        }
        return list
    }

    /// Bytes that were copied before one could not be; EFAULT when it was the first.
    private static func copy(
        from sources: [(at: UInt64, count: UInt64)], to targets: [(at: UInt64, count: UInt64)]
    ) throws(Errno) -> Int64 {
        var sources = sources[...]
        var targets = targets[...]
        var done: Int64 = 0
        while let source = sources.first, let target = targets.first {
            let part = min(source.count, target.count, UInt64(largestPart))
            do throws(Errno) {
                try userStoreBytes(try userBytes(source.at, Int(part)), to: target.at)
            } catch {
                if done == 0 { throw error }
                return done
            }
            done += Int64(part)
            advance(&sources, by: part)
            advance(&targets, by: part)
        }
        return done
    }

    private static func advance(_ pieces: inout ArraySlice<(at: UInt64, count: UInt64)>, by count: UInt64) {
        guard let first = pieces.first else { return }
        pieces.removeFirst()
        if first.count > count { pieces.insert((first.at &+ count, first.count - count), at: pieces.startIndex) }
    }
}
