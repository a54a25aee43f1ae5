/// Where model and processor part.
struct Difference: CustomStringConvertible {
    let operations: [Operation]
    let index: Int
    let expected: Outcome
    let found: Outcome

    var description: String {
        let steps = operations.prefix(index + 1).enumerated().map { "  \($0.offset): \($0.element.text)" }
        return """
            the model says: \(expected)
            the processor:  \(found)
            after
            \(steps.joined(separator: "\n"))
            """
    }
}
