"""An image holds what its Dockerfile says, and nothing that it does not."""

from pathlib import Path

import pytest

from staging.hosting.dockerfile import BuildFailed
from staging.hosting.images import Image, Images
from tests.staging.hosting import order, upload

TWO_STAGES = """
    FROM python:3.13-slim AS packages
    COPY backend/requirements.txt /opt/locks/
    RUN python -m venv /opt/venv && pip install -r /opt/locks/requirements.txt
    COPY backend /app/backend
    FROM python:3.13-slim
    ENV COLOUR=red SHADE="dark $COLOUR"
    COPY --from=packages /opt/venv /opt/venv
    COPY --from=packages /app /app
    WORKDIR /app
    ENTRYPOINT ["python", "-m"]
    CMD ["backend"]
"""


@pytest.fixture
def images(tmp_path: Path) -> Images:
    """A place for images."""
    return Images(tmp_path, packages=tmp_path / "packages")


async def build(images: Images, source: Path, **changes: object) -> Image:
    """An image, with what was said while it was built thrown away."""
    return await images.build(order(source, **changes), lambda _line: None)


def laid(image: Image) -> set[str]:
    """The files of an image."""
    return {str(p.relative_to(image.files)) for p in image.files.rglob("*") if p.is_file()}


def packages(image: Image) -> set[str]:
    """The packages of an image."""
    there = Path(image.env["VIRTUAL_ENV"]).glob("lib/*/site-packages/*")
    return {path.name for path in there if path.is_dir()}


async def test_an_image_has_what_its_dockerfile_copies(images: Images, tmp_path: Path) -> None:
    source = upload(tmp_path, Dockerfile=TWO_STAGES, **{".dockerignore": "*\n!backend\n**/*.pyc"})
    (source / "backend").mkdir()
    for name in ("__init__.py", "requirements.txt", "old.pyc"):
        (source / "backend" / name).write_text("")
    image = await build(images, source)
    assert laid(image) == {"backend/__init__.py", "backend/requirements.txt"}
    assert image.command == ("python", "-m", "backend")
    assert image.env["COLOUR"] == "red"
    assert image.env["VIRTUAL_ENV"] in image.env["PATH"]


async def test_packages_are_those_of_the_lock_and_equal_locks_share_them(
    images: Images, tmp_path: Path
) -> None:
    lock = "h11==0.16.0"
    with_lock = "FROM python\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD app"
    files = {"requirements.txt": lock, "Dockerfile": with_lock}
    one, two = [await build(images, upload(tmp_path, **files)) for _ in range(2)]
    assert one.env["VIRTUAL_ENV"] == two.env["VIRTUAL_ENV"]
    assert packages(one) == {"h11", "h11-0.16.0.dist-info"}


@pytest.mark.parametrize(
    ("cmd", "start", "argv"),
    [
        ('CMD ["python", "-m", "a"]', None, ("python", "-m", "a")),
        ("CMD python -m a --port $PORT", None, ("/bin/sh", "-c", "python -m a --port $PORT")),
        ('ENTRYPOINT ["x"]\nCMD ["y"]', "serve --port $PORT", ("serve", "--port", "$PORT")),
    ],
)
async def test_the_form_of_a_command_decides_whether_a_shell_reads_it(
    images: Images, tmp_path: Path, cmd: str, start: str | None, argv: tuple[str, ...]
) -> None:
    image = await build(images, upload(tmp_path, Dockerfile=f"FROM python\nCOPY . /\n{cmd}"))
    assert image.argv(start) == argv


async def test_without_a_dockerfile_a_start_command_runs_in_a_shell(
    images: Images, tmp_path: Path
) -> None:
    source = upload(tmp_path)
    (source / "Dockerfile").unlink()
    image = await build(images, source)
    assert image.argv("python app.py $PORT") == ("/bin/sh", "-c", "python app.py $PORT")
    assert image.argv(None) == ()


@pytest.mark.parametrize(
    ("dockerfile", "why"),
    [
        ("FROM python\nCOPY missing /app\nCMD app", '"/missing": not found'),
        ("FROM python\nVOLUME /data\nCMD app", "docker VOLUME at Line 2 is not supported"),
        ("FROM python\nRUNN true\nCMD app", "parse error on line 2: unknown instruction: RUNN"),
        ("RUN true", "no build stage"),
        ("FROM python\nCOPY . .", "No start command could be found"),
        ("", "no FROM"),
    ],
)
async def test_a_dockerfile_that_can_not_be_built_says_why(
    images: Images, tmp_path: Path, dockerfile: str, why: str
) -> None:
    with pytest.raises(BuildFailed, match=why):
        await build(images, upload(tmp_path, Dockerfile=dockerfile))


async def test_what_is_named_and_is_not_there_fails(images: Images, tmp_path: Path) -> None:
    source = upload(tmp_path)
    with pytest.raises(BuildFailed, match="`/Containerfile` does not exist"):
        await build(images, source, dockerfile_path="/Containerfile")
    with pytest.raises(BuildFailed, match="Could not find root directory: /website"):
        await build(images, source, root_directory="/website")
    with pytest.raises(BuildFailed, match="nothing was uploaded"):
        await images.build(order(None), lambda _line: None)
