import CLinux
import Glibc

/// What `clone` returned: this process goes on twice.
package enum CloneResult: ~Copyable {
    case child
    case parent(ProcessDescriptor)
}

/// Clones this process, which must have one thread, into new namespaces.
///
/// The child runs Swift and must end in `_exit` or exec: nothing of the caller's stack may unwind in it.
package func cloneProcess(
    namespaces: UInt64, cgroup: Int32 = -1
) throws(SystemCallError) -> CloneResult {
    var pidfd: Int32 = -1
    let pid = try SystemCallError.check(cl_clone3(namespaces, &pidfd, cgroup), "make the container's first process")
    return pid == 0 ? .child : .parent(ProcessDescriptor(pid: pid, owning: pidfd))
}
