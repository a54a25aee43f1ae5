import OCI

/// Runs hooks one after the other, each with the container's state on its stdin.
struct HookRunner {
    let kind: String
    let state: State

    /// The first that fails ends it.
    func run(_ hooks: [SpecHooks.Hook]) throws(RuntimeError) {
        guard !hooks.isEmpty else { return }
        let input = JSONWriter.write(state.json)
        for hook in hooks { try run(hook, input) }
    }

    /// One that fails is a warning, and the others run all the same: for what cannot be taken back (runtime-spec, runtime.md).
    func runAll(_ hooks: [SpecHooks.Hook], warn: (String) -> Void) {
        guard !hooks.isEmpty else { return }
        let input = JSONWriter.write(state.json)
        for hook in hooks {
            do throws(RuntimeError) { try run(hook, input) } catch { warn(error.description) }
        }
    }

    private func run(_ hook: SpecHooks.Hook, _ input: [UInt8]) throws(RuntimeError) {
        let name = "the \(kind) hook \(hook.path)"
        var process = try RuntimeError.wrap(name) { try HookProcess.start(hook) }
        guard let status = process.attend(input, seconds: hook.timeout) else {
            throw RuntimeError("\(name) did not end within \(hook.timeout ?? 0) s\(process.lastWords)")
        }
        guard status == 0 else { throw RuntimeError("\(name) failed with status \(status)\(process.lastWords)") }
    }
}
