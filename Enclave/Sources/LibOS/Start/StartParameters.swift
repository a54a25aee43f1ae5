import Wire

/// What the program starts with: the host's wishes, judged by the measured configuration.
///
/// The enclave decides, not the runtime.
struct StartParameters {
    var path: Bytes
    var arguments: [Bytes]
    var environment: [Bytes]
    var directory: Bytes
    var user: UserIdentity
    var hostname: Bytes
    /// Names of variables the host set and the manifest does not know.
    var dropped: [Bytes] = []

    /// The refusal names the rule; it is shown to whoever started the container.
    enum Refusal: Error {
        case because(Bytes)
    }

    init(_ configuration: EnclaveConfiguration, _ boot: BootBlock) throws(Refusal) {
        path = configuration.entrypoint
        arguments = try Self.arguments(configuration, boot)
        directory = try Self.text("working directory", configuration.workingDirectory, boot.workingDirectory)
        if directory.isEmpty { directory = [0x2f] }
        hostname = try Self.text("hostname", configuration.hostname, boot.hostname)
        user = try Self.user(configuration.user, boot.user)
        (environment, dropped) = try Self.environment(configuration.environment, boot.environment)
    }

    private static func arguments(_ configuration: EnclaveConfiguration, _ boot: BootBlock) throws(Refusal) -> [Bytes] {
        let rule = configuration.arguments
        guard !boot.arguments.isEmpty, boot.arguments != rule.values else { return rule.values }
        switch rule.mode {
        case .any: break
        case .fixed:
            throw refusal("arguments differ from those the manifest fixes", firstDifference(boot.arguments, rule.values))
        case .allow:
            guard let first = boot.arguments.first, first == rule.values.first else {
                throw refusal("argv[0], the first word, has to be as the manifest has it", rule.values.first ?? [])
            }
            for argument in boot.arguments.dropFirst() where !Glob.matchesAny(argument, rule.patterns) {
                throw refusal("an argument matches no pattern the manifest allows", argument)
            }
        }
        return boot.arguments
    }

    private static func firstDifference(_ a: [Bytes], _ b: [Bytes]) -> Bytes {
        for index in 0..<max(a.count, b.count) {
            if index >= b.count { return a[index] }
            if index >= a.count { return b[index] }
            if a[index] != b[index] { return a[index] }
        }
        return []
    }

    private static func text(_ what: StaticString, _ rule: TextRule, _ wish: Bytes) throws(Refusal) -> Bytes {
        guard !wish.isEmpty, wish != rule.value else { return rule.value }
        switch rule.mode {
        case .any: return wish
        case .allow:
            if Glob.matchesAny(wish, rule.patterns) { return wish }
        case .fixed: break
        }
        var text = LogText(what)
        text.append(" is not one the manifest allows")
        throw refusal(text, wish)
    }

    private static func user(_ rule: UserRule, _ wish: UserIdentity?) throws(Refusal) -> UserIdentity {
        guard let wish, wish != rule.value else { return rule.value }
        switch rule.mode {
        case .any: return wish
        case .allow:
            if rule.allowed.contains(wish) { return wish }
        case .fixed: break
        }
        var text = LogText("")
        text.append(Int64(wish.uid))
        text.append(":")
        text.append(Int64(wish.gid))
        throw refusal("user is not one the manifest allows", text.bytes)
    }

    /// Fixed variables as they are, allowed ones as the host sets them where a pattern agrees; what is not listed is dropped.
    private static func environment(
        _ rules: [EnvironmentRule], _ wishes: [Bytes]
    ) throws(Refusal) -> ([Bytes], [Bytes]) {
        var result: [Bytes] = []
        var dropped: [Bytes] = []
        for rule in rules {
            var value: Bytes? = rule.hasValue ? rule.value : nil
            if rule.mode != .fixed, let wish = last(wishes, named: rule.name) {
                guard rule.mode == .any || Glob.matchesAny(wish, rule.patterns) else {
                    throw refusal("the value of an environment variable matches no pattern the manifest allows", rule.name)
                }
                value = wish
            }
            if let value {
                var line = rule.name
                line.append(0x3d)
                line.append(contentsOf: value)
                result.append(line)
            }
        }
        for wish in wishes {
            let name = Bytes(wish.prefix { $0 != 0x3d })
            guard let rule = rules.first(where: { $0.name == name }) else {
                dropped.append(name)
                continue
            }
            if rule.mode == .fixed, Bytes(wish.dropFirst(name.count + 1)) != rule.value { dropped.append(name) }
        }
        return (result, dropped)
    }

    private static func last(_ wishes: [Bytes], named name: Bytes) -> Bytes? {
        for wish in wishes.reversed() where wish.count > name.count && wish[name.count] == 0x3d && wish.starts(with: name) {
            return Bytes(wish[(name.count + 1)...])
        }
        return nil
    }

    private static func refusal(_ why: StaticString, _ what: Bytes) -> Refusal { refusal(LogText(why), what) }

    private static func refusal(_ why: LogText, _ what: Bytes) -> Refusal {
        var text = why
        text.append(": ")
        text.append(printable: Bytes(what.prefix(200)))
        return .because(text.bytes)
    }
}
