"""bench_run.py - one measurement: a pipe of commands, run once.  For scripts/bench."""
import os
import signal
import subprocess
import tempfile
import time


class Failed(Exception):
    """A command of a pipe did not end with status 0, or not in time."""


class Cost:
    """What a pipe took: seconds of wall clock and of CPU, and the most memory of one of its processes, in bytes."""

    def __init__(self, wall, cpu, peak):
        self.wall, self.cpu, self.peak = wall, cpu, peak


def too_late(_signal, _frame):
    raise Failed("not ended in time")


def start(commands, source, said):
    """The processes of a pipe, the first of which reads the file source; what the last writes is thrown away."""
    processes = []
    stdin = open(source, "rb") if source else subprocess.DEVNULL
    for i, command in enumerate(commands):
        stdout = subprocess.DEVNULL if i == len(commands) - 1 else subprocess.PIPE
        processes.append(subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=said))
        if stdin is not subprocess.DEVNULL:
            stdin.close()
        stdin = processes[-1].stdout
    return processes


def finish(processes, said):
    """CPU time and greatest memory of processes, once all have ended well."""
    cpu = peak = 0
    for process in processes:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
            raise Failed(f"{' '.join(process.args)[:200]}: status {process.returncode}: {text[-400:]}")
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss * 1024)
    return cpu, peak


def run(commands, source=None, limit=900):
    """Run commands, each a list, as a pipe; Failed if it takes more than limit seconds."""
    signal.signal(signal.SIGALRM, too_late)
    with tempfile.TemporaryFile() as said:
        before = time.monotonic()
        processes = start(commands, source, said)
        signal.alarm(limit)
        try:
            cpu, peak = finish(processes, said)
            return Cost(time.monotonic() - before, cpu, peak)
        finally:
            signal.alarm(0)
            for process in processes:
                if process.returncode is None:
                    process.kill()
                    process.wait()
