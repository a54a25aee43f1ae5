import Glibc
import Linux
import OCI

/// Writes `linux.resources` into a container's cgroups, each limit where its controller is: in v1 or in v2.
struct CgroupLimits {
    let cgroups: CgroupSet
    let warn: (String) -> Void

    /// A limit whose controller this machine does not have becomes a warning; one that the kernel refuses is an error.
    func apply(_ resources: SpecResources) throws(RuntimeError) {
        var refused: [(setting: CgroupSetting, error: RuntimeError)] = []
        for setting in try choose(resources) {
            do throws(RuntimeError) {
                try write(setting)
            } catch {
                refused.append((setting, error))
            }
        }
        // One limit bounds another, and which must come first depends on what was there: what was refused is tried again.
        for (setting, _) in refused { try write(setting) }
        try DeviceRules(resources.devices).apply(to: cgroups, warn: warn)
    }

    // MARK: Choosing

    private func choose(_ resources: SpecResources) throws(RuntimeError) -> [CgroupSetting] {
        let v1 = LimitsV1.settings(resources)
        let v2 = try LimitsV2.settings(resources, over: present(resources))
        warnOfUnknown(resources)
        var missing: [String] = []
        for setting in v1 where setting.absence != .silence && !isHeld(setting.controller) && !missing.contains(setting.path) {
            missing.append(setting.path)
            warn("\(setting.path): not limited, for no cgroup hierarchy with \(setting.controller) is mounted")
        }
        return v1.filter { cgroups.v1($0.controller) != nil }
            + v2.filter { cgroups.v1(Self.v1Name($0.controller)) == nil && isUnified($0.controller) }
            + (try unified(resources))
    }

    private static func v1Name(_ controller: String) -> String { controller == "io" ? "blkio" : controller }
    private func isUnified(_ controller: String) -> Bool { cgroups.unified?.controllers.contains(controller) == true }

    private func isHeld(_ v1Controller: String) -> Bool {
        cgroups.v1(v1Controller) != nil || isUnified(v1Controller == "blkio" ? "io" : v1Controller)
    }

    private func unified(_ resources: SpecResources) throws(RuntimeError) -> [CgroupSetting] {
        let settings = LimitsV2.unified(resources)
        for setting in settings where setting.controller != "cgroup" && !isUnified(setting.controller) {
            throw RuntimeError("\(setting.path): \(setting.controller) is not a controller of cgroup v2 on this machine")
        }
        if let first = settings.first, cgroups.unified == nil {
            throw RuntimeError("\(first.path): there is no cgroup v2 on this machine")
        }
        return settings
    }

    private func warnOfUnknown(_ resources: SpecResources) {
        for name in LimitsV2.unknown(resources) {
            let controller = String(name.prefix { $0 != "." })
            let isV2 = controller == "blockIO" ? isUnified("io") : isUnified(controller)
            if isV2 { warn("linux.resources.\(name): ignored, cgroup v2 has no such limit") }
        }
    }

    private func present(_ resources: SpecResources) -> LimitsV2.Present {
        var present = LimitsV2.Present()
        guard let folder = cgroups.unified else { return present }
        if resources.memory != nil, isUnified("memory") {
            present.memoryLimit = folder.number("memory.max").flatMap { Int64(exactly: $0) }
            present.memoryUsage = folder.number("memory.current").flatMap { Int64(exactly: $0) } ?? 0
        }
        if resources.cpu != nil, isUnified("cpu"), let words = folder.text("cpu.max")?.split(whereSeparator: \.isWhitespace),
            words.count == 2
        {
            (present.quota, present.period) = (String(words[0]), String(words[1]))
        }
        return present
    }

    // MARK: Writing

    private func write(_ setting: CgroupSetting) throws(RuntimeError) {
        let folder =
            setting.absence == .refusal || setting.controller == "io"
            ? cgroups.unified : cgroups.holder(of: setting.controller)
        guard let folder else { return }
        for choice in setting.choices {
            do throws(SystemCallError) {
                return try folder.write(choice.value, to: choice.file)
            } catch {
                if error.code == ENOENT { continue }
                try judge(error, setting, choice, in: folder)
                return
            }
        }
        try miss(setting, in: folder)
    }

    /// A limit that left the kernel is refused with EOPNOTSUPP; whoever has no privilege gets EACCES.
    private func judge(
        _ error: SystemCallError, _ setting: CgroupSetting, _ choice: CgroupSetting.Choice, in folder: CgroupFolder
    ) throws(RuntimeError) {
        if setting.absence != .refusal, error.code == EOPNOTSUPP || CgroupPrivilege.explains(error.code) {
            return warn("\(setting.path): not limited: \(error)")
        }
        var text = "\(setting.path): cannot write \"\(choice.value)\" to \(folder.path)/\(choice.file): "
        text += SystemCallError.reason(error.code)
        if error.code == EBUSY, let usage = folder.number("memory.usage_in_bytes"), setting.controller == "memory" {
            text += "; the container uses \(usage) bytes"
        }
        throw RuntimeError(text)
    }

    private func miss(_ setting: CgroupSetting, in folder: CgroupFolder) throws(RuntimeError) {
        let files = setting.choices.map(\.file).joined(separator: " nor ")
        switch setting.absence {
        case .silence: return
        case .warning: warn("\(setting.path): not limited, for \(folder.path) has no \(files)")
        case .refusal: throw RuntimeError("\(setting.path): \(folder.path) has no \(files)")
        }
    }
}

extension ContainerCgroups {
    /// Sets the limits of a container that is being made.
    func apply(_ resources: SpecResources?, warn: @escaping (String) -> Void) throws(RuntimeError) {
        enableControllers(resources)
        guard let resources else { return }
        try CgroupLimits(cgroups: set, warn: warn).apply(resources)
    }

    /// A v2 cgroup has only the controllers its parents hand down; what cannot be had shows when its file is written.
    ///
    /// Beside v1 only those are taken that a limit needs: a controller in use here cannot be mounted as v1 by others.
    private func enableControllers(_ resources: SpecResources?) {
        guard let member = members.first(where: \.hierarchy.isUnified) else { return }
        var wanted = member.hierarchy.controllers
        if !set.isUnifiedOnly {
            guard let resources else { return }
            let needed = ((try? LimitsV2.settings(resources, over: .init())) ?? []) + LimitsV2.unified(resources)
            wanted = wanted.filter { controller in needed.contains { $0.controller == controller } }
        }
        guard !wanted.isEmpty else { return }
        var path = member.hierarchy.mountPoint
        for component in member.directory.dropFirst(path.utf8.count).split(separator: "/") {
            Self.enable(wanted, in: path + "/cgroup.subtree_control")
            path += "/" + component
        }
    }

    /// All at once, or as many as there are.
    private static func enable(_ controllers: [String], in file: String) {
        do throws(SystemCallError) {
            try FileContents.write(controllers.map { "+" + $0 }.joined(separator: " "), to: file)
        } catch {
            for controller in controllers { try? FileContents.write("+" + controller, to: file) }
        }
    }
}
