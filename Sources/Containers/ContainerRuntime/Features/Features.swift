import CSeccomp
import Linux
import OCI

/// What this runtime can do, as `features` prints it (runtime-spec, features.md and features-linux.md).
///
/// Taken from the tables that the code itself goes by, so that it cannot promise anything else.
package enum Features {
    package static var json: JSON {
        [
            "ociVersionMin": .string(State.oldestOCIVersion), "ociVersionMax": .string(State.ociVersion),
            "hooks": strings(SpecHooks.kinds), "mountOptions": strings(MountOptions.names),
            "linux": linux, "annotations": ["io.github.seccomp.libseccomp.version": .string(libraryVersion)],
            "potentiallyUnsafeConfigAnnotations": ["enclave."],
        ]
    }

    private static var linux: JSON {
        [
            "namespaces": strings(NamespaceKind.allCases.map(\.rawValue).sorted()),
            "capabilities": strings(Capability.names.map { "CAP_" + $0 }),
            "cgroup": ["v1": true, "v2": true, "systemd": false, "systemdUser": false, "rdma": true],
            "seccomp": seccomp,
            "apparmor": ["enabled": true], "selinux": ["enabled": true],
            "intelRdt": ["enabled": false, "schemata": false, "monitoring": false],
            "memoryPolicy": ["modes": [], "flags": []],
            "mountExtensions": ["idmap": ["enabled": true]], "netDevices": ["enabled": false],
        ]
    }

    private static var seccomp: JSON {
        [
            "enabled": true, "actions": strings(SeccompAction.allCases.map(\.rawValue)),
            "operators": strings(SeccompNames.operators.map(\.name)), "archs": strings(SeccompNames.supportedArchitectures),
            "knownFlags": strings(SeccompNames.flags.map(\.name)), "supportedFlags": strings(SeccompNames.supportedFlags),
        ]
    }

    private static var libraryVersion: String {
        seccomp_version().map { "\($0.pointee.major).\($0.pointee.minor).\($0.pointee.micro)" } ?? ""
    }

    private static func strings(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }
}
