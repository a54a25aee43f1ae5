/// Leaves of ENCLU, the instruction of the user (SDM 36.4).
public enum ENCLU: UInt32, Sendable {
    case ereport = 0
    case egetkey = 1
    case eenter = 2
    case eresume = 3
    case eexit = 4
    case eaccept = 5
    case emodpe = 6
    case eacceptcopy = 7
    case everifyreport2 = 8
    case edeccssa = 9
}
