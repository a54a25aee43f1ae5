// What quotes cost: a line a figure, its name and a number, for Scripts/bench. The argument is the quoting service's program.
import Glibc

guard CommandLine.arguments.count == 2 else { fatalError("usage: QuotingBench PROGRAM") }
let service = try BenchedService(program: CommandLine.arguments[1])
let figures = try service.measure(seconds: 3)
service.end()
print("quotes-per-second", figures.rate)
print("quotes-per-cpu-second", figures.ratePerCPU)
print("latency", figures.latencyNanoseconds)
print("latency-new-connection", figures.freshNanoseconds)
print("memory", figures.peakBytes)
