import SGX

/// One PT_LOAD of the image in whole pages: `address` counts from the image's first byte.
package struct ImageSegment: Equatable, Sendable {
    package var address: UInt64
    package var pageCount: Int
    package var rights: SECINFO.Flags
    /// Place of the file's bytes: at `leading` in the first page, `fileCount` from `fileOffset`; all else is zero.
    package var leading: Int
    package var fileOffset: Int
    package var fileCount: Int

    package var end: UInt64 { address + UInt64(pageCount) * 4096 }

    /// Pages that hold bytes of the file; those behind them are zero.
    package var filePageCount: Int { fileCount == 0 ? 0 : (leading + fileCount + 4095) / 4096 }

    /// The contents of the first `filePageCount` pages.
    package func pages(from file: [UInt8]) -> [UInt8] {
        let size = filePageCount * 4096
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            buffer.initialize(repeating: 0)
            for index in 0..<fileCount { buffer[leading + index] = file[fileOffset + index] }
            count = size
        }
    }
}
