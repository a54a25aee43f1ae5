"""Runs one module of CPython's own test suite and prints the outcome of each test.

The LibOS has one process so far: whatever starts another one is refused here as it is there, so that the outcomes natively and in an
enclave are those of the same tests.
"""
import errno
import os
import sys
import unittest
import _posixsubprocess


def refuse(*arguments, **keywords):
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp"):
    setattr(os, name, refuse)
    setattr(sys.modules["posix"], name, refuse)
_posixsubprocess.fork_exec = refuse


# They start a process where its failure is not seen, and wait for it for ever.
WAITING = {"test.test_thread.TestForkInThread.test_forkinthread"}


def without_waiting(suite):
    """The tests of a suite, nested ones too, but for those above."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from without_waiting(test)
        elif test.id() not in WAITING:
            yield test


class Outcomes(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.outcomes = {}

    def note(self, test, outcome, detail=None):
        self.outcomes[test.id()] = outcome
        if detail is not None:
            print(test.id(), outcome, self._exc_info_to_string(detail, test), file=sys.stderr)

    def addSuccess(self, test):
        if test.id() not in self.outcomes:
            self.note(test, "ok")

    def addError(self, test, err):
        self.note(test, "error " + err[0].__name__, err)

    def addFailure(self, test, err):
        self.note(test, "failure", err)

    def addSkip(self, test, reason):
        self.note(test, "skipped")

    def addExpectedFailure(self, test, err):
        self.note(test, "expected failure")

    def addUnexpectedSuccess(self, test):
        self.note(test, "unexpected success")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.note(test, "failure" if issubclass(err[0], test.failureException) else "error " + err[0].__name__, err)


os.chdir("/tmp")
import subprocess

subprocess._fork_exec = refuse
suite = unittest.TestSuite(without_waiting(unittest.defaultTestLoader.loadTestsFromName("test." + sys.argv[1])))
result = Outcomes()
suite.run(result)
sys.stdout.flush()
with os.fdopen(os.dup(1), "w") as output:
    for name, outcome in sorted(result.outcomes.items()):
        print(f"OUTCOME {name}: {outcome}", file=output)
    print(f"OUTCOME {len(result.outcomes)} tests", file=output)
os._exit(0)
