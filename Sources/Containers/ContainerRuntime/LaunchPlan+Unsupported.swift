import OCI

extension LaunchPlan {
    /// What the specification offers and is not carried out is refused: a container that silently lacks it would be worse.
    func checkUnsupported() throws(RuntimeError) {
        if let name = spec.linux.unsupported.first { throw RuntimeError("\(name): not supported") }
    }
}
