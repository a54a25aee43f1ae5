/// What stands in an argument register of a system call: enough to show it, and to know whether it points to text.
public enum SystemCallArgument: UInt8, Sendable {
    case none
    // Numbers
    case number, word, size, offset, mode, user, group, process, signal, milliseconds
    // Descriptors: the second may be AT_FDCWD.
    case descriptor, directory
    // Addresses: of nothing in particular, of what the kernel reads, of what it writes, of both.
    case address, input, output, exchange
    // Text in the program's memory: a path, another string.
    case path, string
    // Structures, named in the words of the manual pages.
    case vectors, socketAddress, message, time, pollSet, descriptorSet, signalSet, argumentVector
    // Structures that the call fills in: of a file, of a peer, two descriptors.
    case status, peerAddress, descriptorPair
    // Numbers with names.
    case openFlags, atFlags, accessMode, protection, mapFlags, remapFlags, advice, whence, request, control, futexOperation
    case cloneFlags, domain, socketType, messageFlags, level, option, epollOperation, clock, resource, prctl, archprctl, maskHow
    case flags, lockOperation, shutdownHow, waitOptions
}
