import Wire

/// The bytes of a file that was written: where no page of it is, those of the file of the image it began as, or zeros.
class WrittenPages {
    static let pageSize = 4096

    final var size: UInt64
    private let image: VerifiedNode?
    /// The bytes of the image from here on do not count any more.
    final var imageEnd: UInt64
    /// Pages of the image that were made holes.
    private var holes = IntegerTable<Bool>()
    private var reader = VerifiedReader()

    init(image: VerifiedNode?) {
        self.image = image
        size = image?.inode.size ?? 0
        imageEnd = size
    }

    /// Whether reading it waits for nothing but verified bytes.
    var isInMemory: Bool { true }
    var pageCount: Int { 0 }

    // MARK: Each BLOCKS

    func read(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .EIO }
    func write(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { throw .EIO }
    func truncate(to newSize: UInt64) throws(Errno) { throw .EIO }
    /// Makes pages for the range, so that writing there cannot fail.
    func allocate(_ offset: UInt64, _ length: UInt64) throws(Errno) { throw .EIO }
    /// Makes the range read as zeros; the size stays.
    func punch(from start: UInt64, to end: UInt64) throws(Errno) { throw .EIO }
    /// The next page with bytes at or behind `offset`, or the next one without.
    func next(_ offset: UInt64, hole: Bool) throws(Errno) -> UInt64? { throw .EIO }

    // MARK: The image below

    final func place(_ offset: UInt64) -> (UInt64, Int) {
        (offset / UInt64(Self.pageSize), Int(offset % UInt64(Self.pageSize)))
    }

    /// How many of `count` bytes from `offset`, in one page, are still those of the image.
    final func imageBytes(_ offset: UInt64, _ count: Int) -> Int {
        guard offset < imageEnd, holes[offset / UInt64(Self.pageSize)] == nil else { return 0 }
        return Int(min(UInt64(count), imageEnd - offset))
    }

    final func makeHole(_ page: UInt64) { holes.set(page, true) }

    /// BLOCKS.
    final func readImage(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) {
        guard let image else { return }
        guard try reader.read(image, offset, buffer) == buffer.count else { throw .EIO }
    }
}
