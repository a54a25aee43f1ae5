"""Container runtimes side by side: what `run`, `exec`, `state` and the single steps of a container cost with rune, crun and runc."""

import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

ROUNDS = 25
PEERS = ("crun", "runc")


def in_private_mounts():
    """crun refuses a hybrid host whose v2 tree holds hugetlb: there it is mounted as v1, unseen by others."""
    controllers = pathlib.Path("/sys/fs/cgroup/unified/cgroup.controllers")
    if "BENCH_PRIVATE" in os.environ or not controllers.exists() or "hugetlb" not in controllers.read_text():
        return
    os.environ["BENCH_PRIVATE"] = "1"
    # The folder is everybody's, only the mount is not: what was made goes however the measurement ends.
    script = """
        folder=/sys/fs/cgroup/hugetlb
        made=; [ -d $folder ] || { mkdir $folder && made=$folder; } || exit
        trap 'umount $folder; [ -z "$made" ] || rmdir $made' EXIT
        trap 'exit 130' INT TERM
        mount -t cgroup -o hugetlb hugetlb $folder && "$@"
    """
    os.execvp("unshare", ["unshare", "--mount", "bash", "-c", script, "bench", *sys.argv])


class Spent:
    """Milliseconds of one command, measured again and again: wall clock and CPU time of the process and its children."""

    def __init__(self):
        self.wall, self.cpu = [], []

    def measure(self, command):
        begin = time.perf_counter()
        child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, NULL, n) for n in (0, 1, 2)])
        _, status, usage = os.wait4(child, 0)
        self.wall.append((time.perf_counter() - begin) * 1000)
        self.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
        if status != 0:
            sys.exit(f"bench: {' '.join(command)} ended with status {status}")


NULL = os.open("/dev/null", os.O_RDWR)


class Runtimes:
    """rune and its peers, each with a state folder and containers of its own."""

    def __init__(self, rune, work):
        self.work = pathlib.Path(work) / "runtimes"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.paths = {"rune": str(rune), **{name: shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin") for name in PEERS}}
        missing = [name for name, path in self.paths.items() if path is None]
        if missing:
            sys.exit(f"bench: {', '.join(missing)} is missing: apt-get install {' '.join(missing)}")
        self.short, self.long = self.bundle("short", ["/bin/true"]), self.bundle("long", ["/bin/sleep", "1000"])

    def bundle(self, name, arguments):
        """An ordinary OCI bundle with busybox alone in it."""
        folder = self.work / name
        (folder / "rootfs/bin").mkdir(parents=True)
        for program in ("true", "sleep"):
            shutil.copy("/bin/busybox", folder / "rootfs/bin" / program)
        subprocess.run([self.paths["runc"], "spec", "--bundle", folder], check=True)
        spec = json.loads((folder / "config.json").read_text())
        # crun 1.8 knows no later version.
        spec["ociVersion"] = "1.0.2"
        spec["process"].update(args=arguments, terminal=False)
        spec["process"].pop("rlimits", None)
        (folder / "config.json").write_text(json.dumps(spec))
        return str(folder)

    def words(self, name, *arguments):
        """A container's name tells the runtime: cgroups are shared by all of them."""
        return [self.paths[name], "--root", str(self.work / f"state-{name}"), *(word.format(id=f"bench-{name}") for word in arguments)]

    def once(self, *arguments):
        for name in self.paths:
            subprocess.run(self.words(name, *arguments), check=True, stdin=NULL, stdout=NULL, stderr=NULL)

    def in_turn(self, *steps):
        """What each step costs; in a round every runtime goes through all of them."""
        spent = [{name: Spent() for name in self.paths} for _ in steps]
        for _ in range(ROUNDS):
            for name in self.paths:
                for step, known in zip(steps, spent):
                    known[name].measure(self.words(name, *step))
        return spent

    # Rows of the table: what, ours, the peers', the ratio, the goal.

    def rows(self):
        try:
            return self.measured()
        finally:
            self.clean()

    def clean(self):
        """What a runtime leaves behind: crun its group of a hierarchy that it does not list."""
        for name in self.paths:
            subprocess.run(self.words(name, "delete", "--force", "{id}"), stdin=NULL, stdout=NULL, stderr=NULL)
            for group in pathlib.Path("/sys/fs/cgroup").glob(f"*/bench-{name}"):
                group.rmdir()

    def measured(self):
        run = ["run", "--bundle", self.short, "{id}"]
        steps = (["create", "--bundle", self.long, "{id}"], ["start", "{id}"], ["delete", "--force", "{id}"])
        rows = self.timed("run /bin/true", self.in_turn(run)[0], cpu=1.0)
        rows += self.counted("run /bin/true", run)
        for step, spent in zip(steps, self.in_turn(*steps)):
            rows += self.timed(step[0], spent)
        self.once(*steps[0])
        rows += self.timed("state", self.in_turn(["state", "{id}"])[0], cpu=0.6)
        rows += self.counted("state", ["state", "{id}"], calls=0.3)
        self.once("start", "{id}")
        rows += self.timed("exec /bin/true", self.in_turn(["exec", "{id}", "/bin/true"])[0], wall=1.0)
        self.once("delete", "--force", "{id}")
        return rows

    def timed(self, title, spent, cpu=None, wall=None):
        rows = []
        for what, goal, values in (("CPU", cpu, {name: one.cpu for name, one in spent.items()}),
                                   ("wall", wall, {name: one.wall for name, one in spent.items()})):
            figures = {name: (min(times), statistics.median(times)) for name, times in values.items()}
            rows.append(self.row(f"rune {title}, {what}: minimum (median)", figures, goal, lambda one: f"{one[0]:.1f} ({one[1]:.1f}) ms"))
        return rows

    def counted(self, title, arguments, calls=None):
        peaks = {name: (self.peak(self.words(name, *arguments)),) for name in self.paths}
        made = {name: (self.system_calls(self.words(name, *arguments)),) for name in self.paths}
        rows = [self.row(f"rune {title}, peak of a process", peaks, None, lambda one: f"{one[0]:,} KiB"),
                self.row(f"rune {title}, system calls", made, calls, lambda one: str(one[0]))]
        executed = {name: (self.instructions(self.words(name, *arguments)),) for name in self.paths}
        if all(one[0] for one in executed.values()):
            rows.append(self.row(f"rune {title}, instructions", executed, 1.0, lambda one: f"{one[0] / 1e6:.2f} M"))
        return rows

    @staticmethod
    def row(title, figures, goal, text):
        ratio = figures["rune"][0] / figures["crun"][0]
        judged = "" if goal is None else f"≤ {goal} × crun: {'met' if ratio <= goal else 'missed'}"
        peers = ", ".join(f"{name} {text(figures[name])}" for name in PEERS)
        return title, text(figures["rune"]), peers, f"{ratio:.2f} × crun", judged

    def peak(self, words):
        program = self.work / "peak"
        if not program.exists():
            source = pathlib.Path(__file__).parent / "peak.c"
            subprocess.run(["gcc", "-O2", "-static", "-o", program, source], check=True)
        done = subprocess.run([program, *words], check=True, stdin=NULL, stdout=NULL, stderr=subprocess.PIPE, text=True)
        return int(re.search(r"^peak (\d+)$", done.stderr, re.MULTILINE)[1])

    def system_calls(self, words):
        report = self.work / "calls"
        subprocess.run(["strace", "-f", "-c", "-o", report, *words], check=True, stdin=NULL, stdout=NULL, stderr=NULL)
        return int(re.search(r"^100\.00\s+\S+\s+\d*\s+(\d+).*total$", report.read_text(), re.MULTILINE)[1])

    @staticmethod
    def instructions(words):
        """None: there is no perf, or this processor's counters are not to be had (in most virtual machines)."""
        if shutil.which("perf") is None:
            return None
        command = ["perf", "stat", "-x", ",", "-e", "instructions:u", *words]
        done = subprocess.run(command, stdin=NULL, stdout=NULL, stderr=subprocess.PIPE, text=True)
        found = re.search(r"^(\d+),[^,]*,instructions:u", done.stderr, re.MULTILINE)
        return int(found[1]) if found else None
