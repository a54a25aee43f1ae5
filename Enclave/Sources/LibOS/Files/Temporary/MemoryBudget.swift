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
        guard used <= limit - pages else { throw .ENOSPC }
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
