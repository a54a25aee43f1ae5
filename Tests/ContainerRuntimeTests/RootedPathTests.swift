import Linux
import Testing

/// Paths as text: cleaned and split byte by byte, as the kernel reads them.
@Suite struct RootedPathTests {
    @Test(arguments: [
        ("", "/"), ("/", "/"), ("a//b/./c/", "/a/b/c"), ("/a/../../b", "/b"), ("..", "/"), ("/a/.../b", "/a/.../b"),
        // A combining mark behind the slash makes one character of both, and still two bytes of a path.
        ("/a/\u{301}b/../c", "/a/c"), ("a/..\u{301}/b", "/a/..\u{301}/b"),
    ])
    func whatIsEmptyOrLeadsBackGoes(path: String, clean: String) {
        #expect(RootedPath.cleaned(path) == clean)
    }

    @Test(arguments: [("/a/b", "/a", "b"), ("a", "/", "a"), ("/", "/", ""), ("/a/\u{301}b", "/a", "\u{301}b")])
    func theLastComponentIsTheName(path: String, parent: String, name: String) {
        let (foundParent, foundName) = RootedPath.split(path)
        #expect(foundParent == parent)
        #expect(foundName == name)
    }

    @Test func fieldsAreBetweenTheBytesAndNeverEmpty() {
        #expect("  43 42\u{301}  0:2 "[...].fields(separatedBy: " ") == ["43", "42\u{301}", "0:2"])
        #expect(""[...].fields(separatedBy: ",").isEmpty)
    }
}
