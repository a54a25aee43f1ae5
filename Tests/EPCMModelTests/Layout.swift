/// The pages of an enclave as they are added, signed and given: where what lies.
///
/// Page 0 is code, 1 and 2 are SECINFOs, 3 to 7 TCSs as data, 8 to 11 TCSs, 12 to 27 their save state areas, four pages each, 28 to 31
/// those of TCSs made later, 32 to 43 data, the rest is empty.
struct Layout {
    static let seeds = 3..<8
    static let threadControls = 8..<12
    static let data = 32..<44
    static let empty = 44..<64
    static let lateFrames = 28

    var additions: [Addition]

    /// Layout 0 is plain; the others differ in frames, rights, order, what is measured, and have TCSs that break a rule.
    init(number: Int, code: [UInt8]) {
        var random = RandomNumbers(seed: UInt64(number))
        let plain = number == 0
        additions = []
        put(0, 1, plain || random.chance(70) ? .readExecute : .all, .code, measured: plain || random.chance(50))
        for page in 0..<SecinfoTable.pageCount {
            put(1 + page, 1, plain || random.chance(50) ? .read : .readWrite, .secinfos(page))
        }
        for (index, page) in Layout.seeds.enumerated() {
            put(page, 1, .readWrite, .threadControl(Layout.seed(index == 0 ? 0 : plain ? index : random.below(8))))
        }
        addThreadControls(&random, plain)
        put(12, 20, .readWrite, .zero)
        put(32, 4, .readWrite, .zero)
        put(36, 2, .read, .zero)
        put(38, 2, .readExecute, .zero)
        put(40, 2, .all, .zero, measured: !plain && random.chance(20))
        put(42, 1, [], .zero)
        if plain || random.chance(50) { put(43, 1, .readWrite, .zero) }
        if !plain { additions.shuffle(using: &random) }
    }

    private mutating func put(_ page: Int, _ count: Int, _ rights: Rights, _ contents: ModelPage.Contents, measured: Bool = false) {
        additions.append(
            Addition(
                offset: UInt64(page) * 4096, pages: count, flags: 2 << 8 | UInt64(rights.rawValue), contents: contents,
                measured: measured))
    }

    private mutating func addThreadControls(_ random: inout RandomNumbers, _ plain: Bool) {
        for (index, page) in Layout.threadControls.enumerated() where plain || index < 2 || random.chance(70) {
            var fields = ThreadControl(firstFrame: 12 + 4 * index, frames: plain ? 2 : UInt32(1 + random.below(4)))
            if !plain, index > 0, random.chance(25) { Layout.spoil(&fields, random.below(8)) }
            additions.append(
                Addition(
                    offset: UInt64(page) * 4096, pages: 1, flags: 1 << 8, contents: .threadControl(fields), measured: plain))
        }
    }

    /// What EADD takes or forces, and EENTER refuses.
    private static func spoil(_ fields: inout ThreadControl, _ how: Int) {
        switch how {
        case 0: fields.nssa = 0
        case 1: fields.ossa += 8
        case 2: fields.ogsbase += 8
        case 3: fields.flags = 1 << 5
        case 4: fields.flags = ThreadControl.debugOptIn
        case 5: fields.cssa = 1
        case 6: (fields.ossa, fields.ogsbase) = (Machine.size - 4096, Machine.size - 4096)
        default: fields.ossa = Machine.size + 4096
        }
    }

    /// TCSs as data, for pages that become TCSs later: one that is right, then those with one thing wrong.
    private static func seed(_ which: Int) -> ThreadControl {
        var fields = ThreadControl(firstFrame: lateFrames, frames: 2)
        switch which {
        case 0: break
        case 1: fields.nssa = 0
        case 2: fields.flags = ThreadControl.debugOptIn
        case 3: fields.reserved = 1
        case 4: (fields.cssa, fields.nssa) = (1, 3)
        case 5: fields.aep = 4096
        case 6: fields.state = 1
        default: fields.flags = 1 << 4
        }
        return fields
    }
}
