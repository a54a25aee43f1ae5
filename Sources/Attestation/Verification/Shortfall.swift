/// One version that is too low for the next better level.
public struct Shortfall: Equatable, Sendable, CustomStringConvertible {
    /// Such as "component 8 (OS/VMM, SEAMLDR ACM)" or "PCE".
    public let what: String
    public let actual: Int
    public let needed: Int

    public var description: String { "\(what) must rise from \(actual) to \(needed)" }

    /// The components of `actual` that are below those of a level.
    static func components(
        _ actual: [UInt8], below needed: [TCBComponent], from start: Int = 0, named name: String
    ) -> [Shortfall] {
        var shortfalls: [Shortfall] = []
        for index in start..<needed.count where actual[index] < needed[index].version {
            let label = needed[index].label.map { " (\($0))" } ?? ""
            shortfalls.append(
                Shortfall(what: "\(name) \(index + 1)\(label)", actual: Int(actual[index]), needed: Int(needed[index].version)))
        }
        return shortfalls
    }
}
