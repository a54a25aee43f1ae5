import Testing
import Wire

/// The rules of a slot, with a host that keeps them and with one that does not.
@Suite struct SlotWaitTests {
    @Test("An answer is believed of the call that stands in the slot, and of no other") func onlyItsOwnAnswer() {
        for number in [1, 2, 77, SlotWord.mostCalls] {
            for other in [0, 1, 2, 3, 76, 77, 78, SlotWord.mostCalls - 1, SlotWord.mostCalls] {
                for bits in UInt64(0)..<8 {
                    var wait = SlotWait(number: number, patience: 100)
                    let step = wait.look(at: SlotWord(rawValue: other << 3 | bits), attended: true)
                    #expect((step == .answered) == (other == number && bits == SlotWord.Phase.answered.rawValue))
                }
            }
        }
    }

    @Test("A word that is no step of the call breaks it: another number, one taken back by the host, one no phase has")
    func brokenWords() {
        for word in [SlotWord(6, .answered), SlotWord(8, .published), SlotWord(7, .free), SlotWord(rawValue: 7 << 3 | 6)] {
            var wait = SlotWait(number: 7, patience: 100)
            let step = wait.look(at: word, attended: true)
            #expect(step == .broken)
        }
        var wait = SlotWait(number: 7, patience: 100)
        let steps = [SlotWord(7, .claimed), SlotWord(7, .published)].map { wait.look(at: $0, attended: true) }
        #expect(steps == [.look, .broken])
    }

    @Test("A call nobody takes is taken back after some looks, and at once when nobody looks any more") func takenBack() {
        var wait = SlotWait(number: 3, patience: 100)
        var looks = 1
        while wait.look(at: wait.published, attended: true) == .look { looks += 1 }
        #expect(looks == 100)
        let exit = wait.withdrew(true)
        #expect(exit == .exit)
        var other = SlotWait(number: 3, patience: 100)
        let step = other.look(at: other.published, attended: false)
        let late = other.withdrew(false)
        #expect(step == .withdraw && late == .look)
    }

    @Test("A host that wants to be waited for for ever is waited for some milliseconds") func boundedPatience() {
        var wait = SlotWait(number: 3, patience: .max)
        var looks = 1
        while wait.look(at: wait.published, attended: true) == .look { looks += 1 }
        #expect(looks == SlotWait.mostUnclaimed)
    }

    @Test("A call that is served is waited for in ever longer rests, and never taken back") func served() {
        var wait = SlotWait(number: 3, patience: 100)
        var rests: [UInt64] = []
        for _ in 0..<SlotWait.mostClaimed * 12 {
            switch wait.look(at: SlotWord(3, .claimed), attended: false) {
            case .look: break
            case .rest(let nanoseconds): rests.append(nanoseconds)
            case let step: Issue.record("\(step)")
            }
        }
        #expect(rests.count == 12)
        #expect(rests == rests.sorted() && rests.first == 1 && rests.last == 1_000_000)
    }

    @Test("A vCPU that found nobody leaves more and more calls alone, up to a limit, and begins anew after an answer")
    func pace() {
        var pace = SlotPace()
        var skipped: [Int] = []
        for _ in 0..<12 {
            let tries = pace.mayTry()
            #expect(tries)
            pace.failed()
            // As it is put aside between calls.
            pace = SlotPace(rawValue: pace.rawValue)
            var count = 0
            while pace.skips > 0 { count += pace.mayTry() ? 0 : 1 }
            skipped.append(count)
        }
        #expect(skipped == [4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024, 1024])
        pace.succeeded()
        pace.failed()
        #expect(pace.skips == 4)
        #expect(SlotPace(rawValue: 0).rawValue == SlotPace().rawValue)
    }

    @Test("What waits, for the host or for others, is never asked for without an exit") func cover() {
        for call: HostCall in [
            .park, .startVCPU, .syncVolume, .resizeVolume, .quote, .log, .trace, .exited, .terminal, .trimPages, .removePages,
            .restrictPages, .makeTCS, .openVolume, .writeCounter, .takeSignals, .takeAttestation, .giveAttestation,
            .fetchUntrusted, .untrustedOpen,
        ] { #expect(!ExitlessCalls.cover(call, 0, 0, 0)) }
        #expect(ExitlessCalls.cover(.awaitEvents, 0, 0, 0) && !ExitlessCalls.cover(.awaitEvents, 1, 0, 0))
        #expect(ExitlessCalls.cover(.pollStreams, 1, 0, 0) && !ExitlessCalls.cover(.pollStreams, 1, .max, 0))
        #expect(ExitlessCalls.cover(.sendSocket, 3, 65536, 0) && !ExitlessCalls.cover(.sendSocket, 3, 65537, 0))
        #expect(ExitlessCalls.cover(.writeVolume, 0, .max, 4096) && !ExitlessCalls.cover(.writeVolume, 0, 0, .max))
    }
}
