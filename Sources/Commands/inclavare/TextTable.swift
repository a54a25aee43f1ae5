/// Columns for a terminal: the first flush left, the others flush right.
struct TextTable {
    let text: String

    init(_ header: [String], _ rows: [[String]]) {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        text = all.map { row in
            let cells = row.indices.map { column in
                let fill = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + fill : fill + row[column]
            }
            return cells.joined(separator: "  ").trimmedEnd + "\n"
        }.joined()
    }
}

extension String {
    fileprivate var trimmedEnd: Substring {
        var end = self[...]
        while end.last == " " { end.removeLast() }
        return end
    }
}
