/// A stretch of code that is decoded from its first byte on: a function, or what lies between functions.
struct CodeFragment {
    enum Origin {
        /// Bounds from `.eh_frame`: its first byte is an instruction's, its bytes are all code.
        case function
        /// Between functions: padding, data or code nobody described. Only its branches count, it has no sites.
        case gap
        /// A section without any description, decoded from its start.
        case section
    }

    var addresses: Range<UInt64>
    var origin: Origin

    /// Cuts a section at the functions in it.
    static func fragments(of section: Range<UInt64>, functions: FrameDescriptions) -> [CodeFragment] {
        let inside = functions.ranges.filter { section.contains($0.lowerBound) }
        guard !inside.isEmpty else { return [CodeFragment(addresses: section, origin: .section)] }
        var fragments: [CodeFragment] = []
        var place = section.lowerBound
        for (index, function) in inside.enumerated() {
            let next = index + 1 < inside.count ? inside[index + 1].lowerBound : section.upperBound
            let end = min(function.upperBound, next, section.upperBound)
            if place < function.lowerBound {
                fragments.append(CodeFragment(addresses: place..<function.lowerBound, origin: .gap))
            }
            let first = function.lowerBound + (functions.trampolines.contains(function.lowerBound) ? 1 : 0)
            if first < end { fragments.append(CodeFragment(addresses: first..<end, origin: .function)) }
            place = max(place, end)
        }
        if place < section.upperBound { fragments.append(CodeFragment(addresses: place..<section.upperBound, origin: .gap)) }
        return fragments
    }
}
