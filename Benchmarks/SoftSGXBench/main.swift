// What the software SGX costs: a line a figure, its name and nanoseconds, for Scripts/bench.
import EnclaveBuild
import Glibc

let figures = Figures(key: try SigningKey.generate())
print("add", try figures.measuredAddition())
print("entry", try figures.entry(rewriting: true, trapping: false))
print("entry-unpatched", try figures.entry(rewriting: false, trapping: false))
print("entry-trapping", try figures.entry(rewriting: false, trapping: true))
print("create-fixed", try figures.creation(dynamic: false))
print("create-dynamic", try figures.creation(dynamic: true))
let gate = try figures.growth(rewriting: true, ahead: true)
print("augment", gate.augment)
print("accept-gate", gate.accept)
print("accept-trap", try figures.growth(rewriting: false, ahead: true).accept)
print("accept-fault", try figures.growth(rewriting: true, ahead: false).accept)
