/// What answers at a container's doorway: the host half of its enclave.
///
/// Called by the doorway's thread alone; nothing here waits.
protocol DoorwayKeeper: Sendable {
    /// `nil`: the answer comes later, out of `answer()`; one question at a time is taken.
    func attest(targetInfo: [UInt8], nonce: [UInt8]) -> DoorwayMessage?
    /// The answer to the question that was taken; `nil` while it is not there.
    func answer() -> DoorwayMessage?
    /// Whoever asked is gone, or waited too long.
    func forget()
    func kill(_ signal: Int32) -> DoorwayMessage
}
