"""The image, built once for all its tests; only with `--image`, as `make image` says it."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.image.workshop import ROOT, Image, Workshop, WorkshopIsIncomplete

BASE = re.compile(r"^FROM (python:[\d.]+-slim-(\w+))( AS \w+)?$", re.MULTILINE)
Tell = Callable[[str], None]


@pytest.fixture(scope="session")
def tell(request: pytest.FixtureRequest) -> Tell:
    """Says a line to whoever runs the tests, as this takes minutes."""
    capturing = request.config.pluginmanager.getplugin("capturemanager")

    def tell(line: str) -> None:
        with capturing.global_and_fixture_disabled():
            sys.stdout.write(f"\n  {line} ")
            sys.stdout.flush()

    return tell


@pytest.fixture(scope="session")
def workshop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    """Where images are built; skipped without `--image`, and a failure where it is incomplete."""
    if not request.config.getoption("--image"):
        pytest.skip("it takes minutes, root and Debian's buildah: `make image`")
    try:
        workshop = Workshop.open(tmp_path_factory.mktemp("image"))
    except WorkshopIsIncomplete as incomplete:
        pytest.fail(str(incomplete), pytrace=False)
    yield workshop
    workshop.buildah("rm", "--all")
    workshop.buildah("rmi", "--all", "--force")


@pytest.fixture(scope="session")
def base(workshop: Workshop, tell: Tell) -> str:
    """The name by which the Dockerfile asks for its base, with a stand-in behind it."""
    found = BASE.search((ROOT / "Dockerfile").read_text())
    assert found is not None
    began = time.monotonic()
    workshop.stand_in(found[1], found[2])
    took, size = time.monotonic() - began, workshop.bases[found[1]]
    tell(f"a Debian stands in for {found[1]}: {size / 1e6:.0f} MB, in {took:.0f} s")
    return found[1]


@pytest.fixture(scope="session")
def image(workshop: Workshop, base: str, tell: Tell) -> Image:
    """The image of the Dockerfile as it stands."""
    image = workshop.build(base)
    ours = image.size - image.base_size
    tell(f"built in {image.took_s:.0f} s: {image.size / 1e6:.0f} MB, {ours / 1e6:.0f} of them ours")
    return image


@pytest.fixture
def said(tmp_path: Path) -> Iterator[object]:
    """Where a process in the image writes its log."""
    with (tmp_path / "said").open("w+") as file:
        yield file
