/// What one `mmap` took from a file: the open file itself, and the rewritten sites of its text.
///
/// It counts as a descriptor of the file, since a mapping outlives them: `flock` holds until the last of its pieces is gone.
final class MappedFile {
    let file: OpenFile
    /// The file of the image it was when it was mapped: its bytes never change, but for shared mappings when somebody writes them.
    private let image: VerifiedNode?
    /// A shared mapping can be given PROT_WRITE only then.
    let mayWrite: Bool
    /// As `mmap` made it, whole.
    let start: UInt64
    let end: UInt64
    let offset: UInt64
    /// The jumps of a mapping that can be executed.
    private(set) var text: RewrittenText?
    /// How its pages are touched.
    var advance = ReadAdvance()

    private let isShared: Bool

    init(_ file: OpenFile, start: UInt64, end: UInt64, offset: UInt64, isShared: Bool = false) {
        self.file = file
        image = file.image
        mayWrite = file.canWrite
        self.start = start
        self.end = end
        self.offset = offset
        self.isShared = isShared
        if isShared { file.node.sharedMappings += 1 }
        if isShared && mayWrite { file.node.writableMappings += 1 }
        file.descriptorAdded()
    }

    deinit {
        if isShared { file.node.sharedMappings -= 1 }
        if isShared && mayWrite { file.node.writableMappings -= 1 }
        file.descriptorRemoved()
    }

    /// Where its bytes are checked and stay.
    var source: VerifiedNode? { isShared ? file.image : image }

    /// Pages come one by one as they are touched, each with its bytes from its first moment on.
    func isLazy(_ space: AddressSpace) -> Bool { space.pool.isDynamic && (image != nil || file.isReadWithoutWaiting) }

    /// Finds the sites before the first page is executed.
    ///
    /// BLOCKS.
    func prepareText(_ space: AddressSpace) {
        guard text == nil else { return }
        let whole = Mapping(start: start, end: end, protection: Protection.execute, flags: 2, file: self, fileOffset: offset)
        text = RewrittenText.make(whole, space)
    }
}
