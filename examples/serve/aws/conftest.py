import json
import subprocess

import pytest

from fallback import client

CREDENTIALS = {"aws_access_key_id": "simcloud", "aws_secret_access_key": "simcloud"}


class Cloud:
    """A simulated cloud that runs out as a scenario says."""

    def __init__(self, folder, scenario):
        self.world = str(folder / "world.db")
        (folder / "scenario.json").write_text(json.dumps(scenario))
        self.options = ["--region", "us-east-1", "--world", self.world, "--scenario", str(folder / "scenario.json")]
        self.server = subprocess.Popen(
            ["terraform-provider-simcloud", "serve", *self.options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        lines = (line.strip().removeprefix("export AWS_ENDPOINT_URL=") for line in self.server.stdout)
        self.endpoint = next(line for line in lines if line.startswith("http://"))

    def client(self):
        return client(endpoint_url=self.endpoint, region_name="us-east-1", **CREDENTIALS)

    def command(self, *arguments):
        """What people do to a world by hand: `world advance`, `world reclaim`."""
        command = ["terraform-provider-simcloud", "world", *arguments, *self.options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture
def cloud(tmp_path):
    clouds = []

    def start(scenario):
        clouds.append(Cloud(tmp_path, scenario))
        return clouds[-1]

    yield start
    for started in clouds:
        started.server.terminate()
        started.server.wait()
