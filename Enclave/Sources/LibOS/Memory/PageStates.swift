import CEnclave

/// One byte for every page of a long range, in leaves that are made when a page of theirs is first marked.
final class PageStates {
    /// A leaf is a page of the kernel's: 16 MiB of the range.
    static let leafPages: UInt64 = 4096

    /// It holds a program's data.
    static let committed: UInt8 = 1
    /// It is the enclave's and stays so: with dynamic memory accepted, and never again before it was given back.
    static let held: UInt8 = 2
    /// The CPU lets it be executed.
    static let executable: UInt8 = 4
    /// Being changed by a thread without the kernel lock, which alone changes the byte.
    static let changing: UInt8 = 8
    /// The host began to take it back and did not finish: it is not touched again.
    static let lost: UInt8 = 16
    /// The CPU lets nobody write it, the kernel neither.
    static let readOnly: UInt8 = 32
    /// The CPU lets nobody touch it at all.
    static let closed: UInt8 = 64

    private let leaves: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>

    init(pages: UInt64) {
        let count = Int((pages + Self.leafPages - 1) / Self.leafPages)
        leaves = .allocate(capacity: max(count, 1))
        leaves.initialize(repeating: nil, count: max(count, 1))
    }

    func state(_ page: UInt64) -> UInt8 {
        guard let leaf = leaves[Int(page / Self.leafPages)] else { return 0 }
        return byte_load(leaf + Int(page % Self.leafPages))
    }

    /// The page's byte, when one of its leaf was ever marked.
    func place(_ page: UInt64) -> UnsafeMutablePointer<UInt8>? {
        leaves[Int(page / Self.leafPages)].map { $0 + Int(page % Self.leafPages) }
    }

    /// The page's byte; `nil` when kernel memory is short.
    func madePlace(_ page: UInt64) -> UnsafeMutablePointer<UInt8>? {
        if let place = place(page) { return place }
        guard let leaf = heap_pages(Int(Self.leafPages)) else { return nil }
        zeroMemory(leaf, Int(Self.leafPages))
        leaves[Int(page / Self.leafPages)] = leaf.assumingMemoryBound(to: UInt8.self)
        return place(page)
    }

    /// The first page at or behind `page` whose leaf exists; `last` when there is none before it.
    func skipUnmarked(_ page: UInt64, last: UInt64) -> UInt64 {
        var page = page
        while page < last, leaves[Int(page / Self.leafPages)] == nil {
            page = (page / Self.leafPages + 1) * Self.leafPages
        }
        return min(page, last)
    }
}
