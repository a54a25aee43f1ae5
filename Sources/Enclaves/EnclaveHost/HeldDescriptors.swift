import Glibc
import Linux
import Wire

/// One open descriptor for each tree of verified files, shared by all threads and closed together.
package final class HeldDescriptors: Sendable {
    private let byTree: [TreeNumber: Int32]

    /// Whoever makes it opened them and gives them away.
    package init(owning byTree: [TreeNumber: Int32]) { self.byTree = byTree }

    package convenience init(root: consuming FileDescriptor) { self.init(owning: [.root: root.release()]) }

    deinit { for descriptor in byTree.values { close(descriptor) } }

    subscript(tree: TreeNumber) -> Int32? { byTree[tree] }
}
