import CEnclave

/// The pages for programs and what is known of each: committed (it holds a program's data) or not.
///
/// The host filled these pages when the enclave was built and none was measured, so a page is zeroed when it is committed, every time: what
/// an earlier owner or the host left in it is never seen. Pages are never given back to the host.
final class PagePool {
    static let pageSize: UInt64 = 4096
    let start: UInt64
    let end: UInt64
    private let bitmap: UnsafeMutablePointer<UInt64>
    private(set) var committed: UInt64 = 0
    private(set) var peak: UInt64 = 0

    init(start: UInt64, length: UInt64) {
        self.start = start
        end = start + length
        let words = Int((length / Self.pageSize + 63) / 64)
        bitmap = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        bitmap.initialize(repeating: 0, count: words)
    }

    var pageCount: UInt64 { (end - start) / Self.pageSize }

    func contains(_ from: UInt64, _ to: UInt64) -> Bool { from >= start && to <= end && from <= to }

    func isCommitted(_ address: UInt64) -> Bool {
        let page = (address - start) / Self.pageSize
        return bitmap[Int(page / 64)] >> (page % 64) & 1 != 0
    }

    /// Makes every page of the range hold zeros, unless it is committed already.
    ///
    /// False when the range is not the pool's.
    func commit(_ from: UInt64, _ to: UInt64) -> Bool {
        guard contains(from, to) else { return false }
        var page = (from - start) / Self.pageSize
        let last = (to - start) / Self.pageSize
        while page < last {
            // Runs of pages are zeroed at once.
            guard bitmap[Int(page / 64)] >> (page % 64) & 1 == 0 else {
                page += 1
                continue
            }
            let first = page
            while page < last && bitmap[Int(page / 64)] >> (page % 64) & 1 == 0 {
                bitmap[Int(page / 64)] |= 1 << (page % 64)
                page += 1
            }
            let address = UInt(start + first * Self.pageSize)
            zeroMemory(UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped, Int((page - first) * Self.pageSize))
            committed += page - first
        }
        peak = max(peak, committed)
        return true
    }

    /// Takes pages back; their content is nobody's from here on.
    func release(_ from: UInt64, _ to: UInt64) {
        guard from >= start else { return }
        var page = (from - start) / Self.pageSize
        let last = (min(to, end) - start) / Self.pageSize
        while page < last {
            let mask: UInt64 = 1 << (page % 64)
            if bitmap[Int(page / 64)] & mask != 0 {
                bitmap[Int(page / 64)] &= ~mask
                committed -= 1
            }
            page += 1
        }
    }

    func allCommitted(_ from: UInt64, _ to: UInt64) -> Bool {
        guard contains(from, to) else { return false }
        var page = (from - start) / Self.pageSize
        let last = (to - start + Self.pageSize - 1) / Self.pageSize
        while page < last {
            if bitmap[Int(page / 64)] >> (page % 64) & 1 == 0 { return false }
            page += 1
        }
        return true
    }
}
