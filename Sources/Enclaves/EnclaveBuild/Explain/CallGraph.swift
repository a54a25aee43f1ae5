import Wire

/// Which functions of a program and its libraries can run, and which system calls they make.
struct CallGraph {
    private struct Function: Hashable {
        let object: Int
        let index: Int
    }

    let objects: [ProgramObject]
    private let wholeCount: Int
    private var codes: [[FunctionCode]] = []
    /// The register whose value at a function's entry becomes the number of a system call in it.
    private var wrappers: [Function: Set<Int>] = [:]
    private var reached: Set<Function> = []
    /// System calls by number, with the names of the functions that make them.
    private(set) var calls: [UInt64: Set<String>] = [:]
    /// Functions in which a call's number is not known.
    private(set) var unknown: Set<String> = []
    private(set) var marks = StepDecoder.Marks()

    /// The program first, then its libraries in the order of their loading; of the first `wholeCount` every function may run.
    init(_ objects: [ProgramObject], wholeCount: Int) {
        self.objects = objects
        self.wholeCount = wholeCount
        var decoder = StepDecoder()
        for object in objects {
            codes.append(Self.decode(object, &decoder))
        }
        marks = decoder.marks
        findWrappers()
        reach()
        collect()
    }

    private static func decode(_ object: ProgramObject, _ decoder: inout StepDecoder) -> [FunctionCode] {
        var codes: [FunctionCode] = []
        var section = 0
        let sections = object.code.sorted { $0.addresses.lowerBound < $1.addresses.lowerBound }
        for function in object.functions {
            while section < sections.count, sections[section].addresses.upperBound <= function.lowerBound { section += 1 }
            guard section < sections.count else { break }
            let start = Int(function.lowerBound - sections[section].addresses.lowerBound)
            sections[section].bytes.withUnsafeBytes { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + function.count])
                codes.append(FunctionCode(function, part, decoder: &decoder))
            }
        }
        return codes
    }

    /// The function an address is in; jumps into the middle of one count as well.
    private func function(_ object: Int, at address: UInt64) -> Function? {
        let ranges = codes[object]
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].addresses.upperBound <= address { low = middle + 1 } else { high = middle }
        }
        guard low < ranges.count, ranges[low].addresses.contains(address) else { return nil }
        return Function(object: object, index: low)
    }

    /// What a word holds that the loader fills in: the first object that gives the name.
    private func target(_ object: Int, pointer: UInt64) -> Function? {
        guard let name = objects[object].imports[pointer] else { return nil }
        for (index, other) in objects.enumerated() {
            if let address = other.exports[name] { return function(index, at: address) }
        }
        return nil
    }

    private func edges(_ from: Function) -> [(Function, RegisterState)] {
        let code = codes[from.object][from.index]
        let direct = code.references.compactMap { reference in
            function(from.object, at: reference.target).map { ($0, reference.state) }
        }
        let through = code.indirect.compactMap { place in target(from.object, pointer: place.pointer).map { ($0, place.state) } }
        return direct + through
    }

    private var allFunctions: [Function] {
        codes.indices.flatMap { object in codes[object].indices.map { Function(object: object, index: $0) } }
    }

    /// A function that hands its own argument on as the number makes its callers the ones that choose.
    private mutating func findWrappers() {
        var callers: [Function: [(Function, RegisterState)]] = [:]
        for function in allFunctions {
            for (target, state) in edges(function) { callers[target, default: []].append((function, state)) }
        }
        var work: [(Function, Int)] = []
        for function in allFunctions {
            for case .argument(let register) in codes[function.object][function.index].numbers { work.append((function, register)) }
        }
        while let (function, register) = work.popLast() {
            guard wrappers[function, default: []].insert(register).inserted else { continue }
            for (caller, state) in callers[function] ?? [] {
                if case .argument(let passed) = state[register] { work.append((caller, passed)) }
            }
        }
    }

    /// All of the program and of what it loads while it runs, and of libraries what is called from there, runs at their start or stands in
    /// their tables.
    private mutating func reach() {
        var work = codes.indices.prefix(wholeCount).flatMap { object in
            codes[object].indices.map { Function(object: object, index: $0) }
        }
        for (index, object) in objects.enumerated().dropFirst(wholeCount) {
            work += object.pointers.compactMap { function(index, at: $0) }
            if let start = function(index, at: object.entry) { work.append(start) }
        }
        while let function = work.popLast() {
            guard reached.insert(function).inserted else { continue }
            for (target, _) in edges(function) where !reached.contains(target) { work.append(target) }
        }
    }

    private mutating func collect() {
        for function in reached {
            for number in codes[function.object][function.index].numbers { note(number, function) }
            for (target, state) in edges(function) {
                for register in wrappers[target] ?? [] { note(state[register], function) }
            }
        }
    }

    private mutating func note(_ value: RegisterValue, _ function: Function) {
        switch value {
        case .constant(let number): calls[number & 0xffff_ffff, default: []].insert(name(function))
        case .unknown: unknown.insert(name(function))
        case .argument: break
        }
    }

    private func name(_ function: Function) -> String {
        let address = codes[function.object][function.index].addresses.lowerBound
        let file = objects[function.object].path.split(separator: "/").last.map(String.init) ?? ""
        return file + ":" + (objects[function.object].names[address] ?? "0x" + String(address, radix: 16))
    }
}
