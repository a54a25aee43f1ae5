/// Leaves of ENCLS, the instruction of the operating system (SDM 36.3).
public enum ENCLS: UInt32, Sendable {
    case ecreate = 0x0
    case eadd = 0x1
    case einit = 0x2
    case eremove = 0x3
    case edbgrd = 0x4
    case edbgwr = 0x5
    case eextend = 0x6
    case eldb = 0x7
    case eldu = 0x8
    case eblock = 0x9
    case epa = 0xa
    case ewb = 0xb
    case etrack = 0xc
    case eaug = 0xd
    case emodpr = 0xe
    case emodt = 0xf
}
