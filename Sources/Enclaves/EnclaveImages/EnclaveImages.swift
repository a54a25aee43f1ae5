/// The LibOS image this package was built with: a plain file beside the executables, found without Foundation.
///
/// The build-tool plugin makes it; SwiftPM lays it into a folder of resources beside every executable of the build.
public enum EnclaveImages {
    /// Where the image lies, relative to the folder of an executable of this package, first choice first.
    public static let relativePaths = [
        "inclavare_EnclaveImages.resources/enclave.img", "enclave.img", "../lib/inclavare/enclave.img",
    ]
}
