/// The keys EGETKEY can derive (SDM 35.18.1).
public enum KeyName: UInt16, Sendable {
    case einitToken = 0
    case provision = 1
    case provisionSeal = 2
    case report = 3
    case seal = 4
}
