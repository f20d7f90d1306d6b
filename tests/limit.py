"""A test's own time limit: the Python side of tests/limit."""

import os
import signal
import subprocess
import sys


def start(seconds: int = 120):
    """From now on this test has that long, or RC_TEST_LIMIT seconds; then it fails by name."""
    name = os.path.basename(sys.argv[0])
    seconds = int(os.environ.get("RC_TEST_LIMIT", seconds))

    def end(_signal, _frame):
        print(f"not ok - {name} ends within {seconds} s", flush=True)
        os._exit(1)

    signal.signal(signal.SIGUSR1, end)
    limit = os.path.join(os.path.dirname(os.path.realpath(__file__)), "limit")
    subprocess.Popen([limit, str(seconds), str(os.getpid()), name])
