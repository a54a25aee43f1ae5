import Wire

/// Dynamic memory: pages of verified files, each of which begins its life as a copy of checked bytes.
extension AddressSpace {
    /// Chunks fetched at once when the kernel touches a page of a file: most programs go on nearby.
    private static let chunksAtOnce = 4

    /// A page of a file was touched that is not there yet.
    ///
    /// BLOCKS: whatever was known of the mapping before is looked at again.
    func touchFile(_ page: UInt64, _ mapping: Mapping, _ right: UInt32) -> FaultAnswer {
        guard let mapped = mapping.mapped else { return .noContent }
        guard let image = mapped.source else {
            do throws(Errno) { return try read(page, mapping, right) ? .again : .noContent } catch {
                return error == .ENOMEM ? .noMemory : .noContent
            }
        }
        let offset = mapping.offset(of: page)
        let around = mapped.advance.window(of: page, at: offset)
        let chunks = Int(around.to - around.from) / IndexFormat.chunkSize
        var found: VerifiedRun?
        do throws(Errno) { found = try image.run(at: offset, wanted: chunks) } catch { return .noContent }
        guard let run = found else { return .noContent }
        guard let now = self.mapping(at: page), now.mapped === mapped, now.offset(of: page) == offset, mapped.source === image
        else {
            return .again
        }
        do throws(Errno) { try fill(now, max(now.start, around.from), min(now.end, around.to), run) } catch {
            if pool.isCommitted(page) { return .again }
            // Its neighbours only where they are to be had.
            do throws(Errno) { try fill(now, page, page + PagePool.pageSize, run) } catch { return .noMemory }
        }
        image.noteMapped(run)
        return .again
    }

    /// The same for the kernel, which is in the middle of something: nobody else runs meanwhile.
    func bringIn(_ mapping: Mapping, _ from: UInt64, _ to: UInt64) throws(Errno) {
        var at = from
        while at < to {
            if !pool.isCommitted(at) { try bringIn(mapping, at) }
            at += PagePool.pageSize
        }
    }

    private func bringIn(_ mapping: Mapping, _ page: UInt64) throws(Errno) {
        guard let mapped = mapping.mapped else { throw .EFAULT }
        do throws(Errno) {
            if let image = mapped.source {
                let offset = mapping.offset(of: page)
                let run = try KernelLock.kept { () throws(Errno) in try image.run(at: offset, wanted: Self.chunksAtOnce) }
                guard let run else { throw .EFAULT }
                try fill(mapping, page, page + PagePool.pageSize, run)
            } else if try !read(page, mapping, Protection.write) {
                throw .EFAULT
            }
        } catch {
            guard error == .ENOMEM else { throw .EFAULT }
            kernel.noteShortage(page, pool.shortage)
            throw error
        }
    }

    /// A page of a file that is in kernel memory; false behind its end.
    ///
    /// What is shared can be written only when that was tried, so that it is known which pages were.
    private func read(_ page: UInt64, _ mapping: Mapping, _ right: UInt32) throws(Errno) -> Bool {
        guard let file = mapping.file else { return false }
        let offset = mapping.offset(of: page)
        let buffer = PageBuffer()
        let count = try KernelLock.kept { () throws(Errno) in try buffer.read(file, offset) }
        guard count > 0 else { return false }
        try take(1, mapping)
        let rights = mapping.isShared && right != Protection.write ? mapping.protection & ~Protection.write : mapping.protection
        let before = pool.committed
        try pool.commit(page, page + PagePool.pageSize, copyOf: buffer.bytes, rights)
        if !mapping.isPromised { pool.budget.takeLoose(pool.committed - before) }
        return true
    }

    /// Pages that an earlier owner left and that the program could read without a fault.
    func fillHeld(_ mapping: Mapping, _ from: UInt64, _ to: UInt64) {
        let mask = PageStates.committed | PageStates.held | PageStates.lost
        var runs: [(UInt64, UInt64)] = []
        pool.forEachRun(from, to, where: { $0 & mask == PageStates.held }) { runs.append((pool.address($0), pool.address($1))) }
        for (first, last) in runs {
            let count = pool.commitHeld(first, last, executable: mapping.protection & Protection.execute != 0)
            if !mapping.isPromised { pool.budget.takeLoose(count) }
            var at = first
            while at < last {
                guard copyInPlace(at, mapping) else { return endAll() }
                at += PagePool.pageSize
            }
        }
    }

    /// The bytes of the file again, in the pages that are there.
    func refill(_ mapping: Mapping, _ from: UInt64, _ to: UInt64) {
        var at = from
        while at < to {
            if pool.isCommitted(at), !copyInPlace(at, mapping) { return endAll() }
            at += PagePool.pageSize
        }
    }

    /// A program that would find zeros in the place of verified bytes does not go on.
    private func endAll() {
        if let thread = currentThreadIfAny() { endProcess(thread.process, status: 0, signal: UInt32(Signal.bus)) }
    }

    private func copyInPlace(_ page: UInt64, _ mapping: Mapping) -> Bool {
        guard let mapped = mapping.mapped, let place = UnsafeMutableRawPointer(bitPattern: UInt(page)) else { return false }
        let offset = mapping.offset(of: page)
        pool.allow(page, page + PagePool.pageSize, Protection.write)
        do throws(Errno) {
            guard let image = mapped.source else {
                let buffer = PageBuffer()
                try KernelLock.kept { () throws(Errno) in _ = try buffer.read(mapped.file, offset) }
                place.copyMemory(from: buffer.bytes, byteCount: 4096)
                return true
            }
            let found = try KernelLock.kept { () throws(Errno) in try image.run(at: offset, wanted: Self.chunksAtOnce) }
            // Behind the end of the file it stays zeros: there is no way to make it fault.
            guard let bytes = found?.page(at: offset) else { return true }
            let source = hasSites(page, mapping) ? patched(bytes, page, page + PagePool.pageSize, mapping) : bytes
            place.copyMemory(from: source, byteCount: 4096)
            return true
        } catch { return false }
    }
}
