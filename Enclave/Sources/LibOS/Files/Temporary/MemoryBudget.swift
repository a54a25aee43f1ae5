/// Pages that files in memory may take, all mounts together or one mount alone.
final class MemoryBudget {
    let limit: Int
    private(set) var used = 0
    private let parent: MemoryBudget?

    init(pages: Int, parent: MemoryBudget? = nil) {
        limit = pages
        self.parent = parent
    }

    func take(_ pages: Int) throws(Errno) {
        guard used <= limit - pages else {
            // A mount that reached a size of its own is no news; one that may take all there is found all of it taken.
            if limit >= parent?.limit ?? 0 { kernel.noteFullFiles(pages: limit) }
            throw .ENOSPC
        }
        try parent?.take(pages)
        used += pages
    }

    func give(_ pages: Int) {
        used -= pages
        parent?.give(pages)
    }

    var free: Int {
        let mine = limit - used
        if let parent { return min(mine, parent.free) }
        return mine
    }
}
