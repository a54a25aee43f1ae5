import EnclaveBuild
import Foundation
import Testing

@Test("The table of system calls has its reference in docs/reference/syscalls.md as the code prints it")
func systemCallReference() throws {
    let text = try String(contentsOfFile: SourceTree.path("docs/reference/syscalls.md"), encoding: .utf8)
    #expect(text == SystemCallReference.markdown, "run: inclavare system-calls-reference > docs/reference/syscalls.md")
}
