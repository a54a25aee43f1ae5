"""Containers for the bench: one program as an ordinary container, in an enclave and under runsc, timed from `start` to its end."""

import ctypes
import glob
import json
import os
import pathlib
import shutil
import subprocess
import time

RUNSC = ["runsc", "--network=host", "--platform=ptrace", "--ignore-cgroups"]
WAYS = ("native", "ours", "runsc")


def adopt_orphans():
    """Processes of created containers become children of this one, so that it learns when they end and what they cost."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)


class Program:
    """One program of a root filesystem as containers that are created and then started."""

    def __init__(self, name, rootfs, command, enclave, rune, work):
        self.name, self.rootfs, self.enclave, self.rune, self.work = name, pathlib.Path(rootfs), enclave, rune, pathlib.Path(work)
        self.bundles = {way: self.bundle(way, command) for way in WAYS}

    def bundle(self, way, command):
        folder = self.work / f"bundle-{self.name}-{way}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").unlink(missing_ok=True)
        subprocess.run(["runc", "spec", "--bundle", folder], check=True, stdout=subprocess.DEVNULL)
        spec = json.loads((folder / "config.json").read_text())
        spec["process"].update(args=command, env=["PATH=/usr/sbin:/usr/bin:/bin"], cwd="/", terminal=False)
        spec["process"].pop("rlimits", None)
        spec.update(root={"path": str(self.rootfs), "readonly": True})
        spec["annotations"] = {"enclave.type": "intelSgx"} if way == "ours" else {}
        (folder / "config.json").write_text(json.dumps(spec))
        return folder

    def install(self):
        """Puts the enclave where a container of the root filesystem finds it."""
        shutil.rmtree(self.rootfs / ".inclavare", ignore_errors=True)
        shutil.copytree(self.enclave, self.rootfs / ".inclavare")

    def started(self, way):
        """Milliseconds from `start` of a created container to its end, and of them CPU time of its process; None where it fails."""
        identifier, pid_file = f"bench-{self.name}-{os.getpid()}", self.work / "pid"
        runtime = [*RUNSC, "--root", self.work / "state-runsc"] if way == "runsc" else [self.rune, "--root", self.work / "state-rune"]
        quietly([*runtime, "create", "--bundle", self.bundles[way], "--pid-file", pid_file, identifier])
        process = int(pid_file.read_text())
        before = spent(process)
        begin = time.perf_counter()
        quietly([*runtime, "start", identifier])
        _, status, usage = os.wait4(process, 0)
        wall = (time.perf_counter() - begin) * 1000
        # runsc does not find it any more where its sandbox has ended.
        quietly([*runtime, "delete", "--force", identifier], check=way != "runsc")
        return (wall, (usage.ru_utime + usage.ru_stime) * 1000 - before) if status == 0 else None


def quietly(command, check=True):
    subprocess.run([str(word) for word in command], check=check, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def spent(process):
    """CPU time of all threads of a process so far, in milliseconds."""
    return sum(int(pathlib.Path(path).read_text().split()[0]) for path in glob.glob(f"/proc/{process}/task/*/schedstat")) / 1e6
