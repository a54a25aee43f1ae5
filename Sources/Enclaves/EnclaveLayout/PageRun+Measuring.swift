import SGX

extension PageRun {
    /// What adding this run leaves in MRENCLAVE.
    package func measure(into measurement: inout Measurement) {
        guard measured else {
            measurement.addPages(offset: offset, count: pageCount, flags: secinfo.flags)
            return
        }
        switch contents {
        case .bytes(let bytes):
            bytes.withUnsafeBytes { Self.addPages($0, offset: offset, secinfo.flags, into: &measurement) }
        case .repeated(let page): addCopies(of: page, into: &measurement)
        case .zeros: addCopies(of: [UInt8](repeating: 0, count: Measurement.pageSize), into: &measurement)
        }
    }

    private func addCopies(of page: [UInt8], into measurement: inout Measurement) {
        page.withUnsafeBytes { page in
            for index in 0..<pageCount {
                Self.addPages(page, offset: offset + UInt64(index * Measurement.pageSize), secinfo.flags, into: &measurement)
            }
        }
    }

    private static func addPages(
        _ pages: UnsafeRawBufferPointer, offset: UInt64, _ flags: SECINFO.Flags, into measurement: inout Measurement
    ) {
        var start = 0
        while start + Measurement.pageSize <= pages.count {
            let page = UnsafeRawBufferPointer(rebasing: pages[start..<start + Measurement.pageSize])
            // The only refusal is a page of another size.
            try? measurement.addMeasuredPage(offset: offset + UInt64(start), flags: flags, page: page)
            start += Measurement.pageSize
        }
    }
}
