"""What the tests that are written in Python share: TAP, and commands that are run to their end."""

import contextlib
import os
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
SAMPLE = os.path.join(ROOT, "scripts", "sample-records")

tests = 0


def ok(passed, what, note=""):
    """One line of TAP."""
    global tests
    tests += 1
    print(f"{'ok' if passed else 'not ok'} {tests} - {what}", flush=True)
    if not passed and note != "":
        print("# " + str(note)[:2000].replace("\n", "\n# "), flush=True)


def same(got, want, what):
    """One line of TAP: got is what was wanted."""
    ok(got == want, what, f"got  {got!r}\nwant {want!r}"[:2000])


def attempt(test, *arguments):
    """Run a group of tests; one that dies has failed."""
    try:
        test(*arguments)
    except Exception as error:      # whatever it is, the other groups are to run
        ok(False, f"{test.__name__} ran to its end", repr(error))


def run(*command, **options):
    """Run a command to its end."""
    return subprocess.run(command, stdout=options.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, timeout=60, check=False, **options)


@contextlib.contextmanager
def own_folder(name):
    """A folder of the test's own; RC_TEST_KEEP=1 keeps it."""
    path = tempfile.mkdtemp(prefix=f"rc-test.{name}.")
    try:
        yield path
    finally:
        if os.environ.get("RC_TEST_KEEP"):
            print(f"# kept: {path}", flush=True)
        else:
            shutil.rmtree(path)


def sample(*options):
    """What sample-records writes."""
    done = run(SAMPLE, *options)
    if done.returncode != 0 or done.stderr:
        raise RuntimeError(f"sample-records {options}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def plan():
    """The last line of TAP."""
    print(f"1..{tests}")
