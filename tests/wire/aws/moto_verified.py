"""Runs those of moto's tests of EC2 that its authors have verified against Amazon's own service.

The tests are in moto's source distribution. They find the server by environment variables alone. Prints a line per test:
`passed` and its name, or the first action that it called and that is not simulated. Every reply is checked strictly.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "5.2.5"


def fetch(folder: Path) -> Path:
    """The source distribution, downloaded once and unpacked."""
    source = folder / f"moto-{VERSION}"
    if not (source / "tests/test_ec2").is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--no-binary", "moto", "--dest", str(folder), f"moto=={VERSION}"], check=True)
        with tarfile.open(folder / f"moto-{VERSION}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return source


class Verdicts:
    def __init__(self):
        self.lines = []
        self.missing = []

    def watch(self):
        from botocore.client import BaseClient
        from botocore.exceptions import ClientError

        call = BaseClient._make_api_call

        def watched(client, name, arguments):
            try:
                return call(client, name, arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] == "InvalidAction":
                    self.missing.append(name)
                raise

        BaseClient._make_api_call = watched

    def pytest_runtest_setup(self, item):
        self.missing = []

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            verdict = report.outcome if report.passed or not self.missing else self.missing[0]
            self.lines.append(f"{verdict} {report.nodeid}")


def main(folder: str) -> int:
    source = fetch(Path(folder))
    os.chdir(source)
    os.environ["MOTO_TEST_ALLOW_AWS_REQUEST"] = "true"
    import pytest

    verdicts = Verdicts()
    verdicts.watch()
    options = ["-q", "--no-header", "--color=no", "-p", "no:cacheprovider", "-p", "strict_replies", "-m", "aws_verified"]
    sys.path.insert(0, str(source))
    stdout, sys.stdout = sys.stdout, sys.stderr
    pytest.main([*options, "tests/test_ec2"], plugins=[verdicts])
    sys.stdout = stdout
    print("\n".join(sorted(verdicts.lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
