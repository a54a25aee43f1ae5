import ArgumentParser
import EnclaveHost

/// When calls without exits are served, as `--exitless` has it.
enum ExitlessChoice: String, ExpressibleByArgument, CaseIterable {
    case never, busy, always

    var diligence: SlotServer.Diligence {
        switch self {
        case .never: .never
        case .busy: .whenBusy
        case .always: .always
        }
    }
}
