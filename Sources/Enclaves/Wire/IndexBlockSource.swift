/// Where an `IndexReader` gets the bytes of the index file from; everything it gives is checked before use.
public protocol IndexBlockSource: AnyObject {
    /// Fills the whole of `buffer` from `offset` of the file, or throws `unavailable`.
    ///
    /// It may block, and while it does other threads may use the same reader.
    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError)
}
