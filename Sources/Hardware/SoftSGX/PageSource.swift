/// Where the contents of added pages come from.
package enum PageSource {
    /// Whole pages in memory.
    case bytes(UnsafeRawBufferPointer)
    /// Zero pages, not touched while they are added.
    case zeros(pages: Int)

    var byteCount: UInt64 {
        switch self {
        case .bytes(let bytes): UInt64(bytes.count)
        case .zeros(let pages): UInt64(pages) * 4096
        }
    }
}
