"""Where master keys come from."""

import base64
import os
import stat
from pathlib import Path

import pytest

from app.crypto import providers as module
from app.crypto.providers import EnvironmentKeyProvider, FileKeyProvider, KeyProvider, create_key_file
from app.errors import MasterKeyError

ONE, TWO = bytes(range(32)), bytes(range(40, 72))
RING = f"2:{base64.b64encode(ONE).decode()}\n1:{base64.b64encode(TWO).decode()}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def write(path: Path, content: bytes, mode: int = 0o600) -> FileKeyProvider:
    path.write_bytes(content)
    path.chmod(mode)
    return FileKeyProvider(path)


def message(provider: KeyProvider) -> str:
    with pytest.raises(MasterKeyError) as caught:
        provider.load()
    return str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_private_file_is_read(path: Path, mode: int) -> None:
    ring = write(path, RING.encode(), mode).load()
    assert (ring.primary, ring.get(2), ring.get(1)) == (2, ONE, TWO)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o640, 0o620, 0o610, 0o644, 0o666, 0o777, 0o440, 0o444, 0o404])
def test_a_file_that_others_can_open_is_refused(path: Path, mode: int) -> None:
    """T11."""
    assert message(write(path, RING.encode(), mode)) == (
        f"The master key file {path} is open to other users (mode {mode:04o}). Run: chmod 600 {path}"
    )


def test_a_sticky_or_setuid_mode_is_not_read_by_others(path: Path) -> None:
    assert write(path, RING.encode(), 0o4600).load().primary == 2


@pytest.mark.parametrize("mode", [0o440, 0o444, 0o400])
def test_a_secret_mount_is_read_when_the_file_belongs_to_another_user(
    path: Path, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T11: Docker and Kubernetes mount secrets so."""
    provider = write(path, RING.encode(), mode)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert provider.load().primary == 2


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o460, 0o446, 0o777, 0o445])
def test_another_users_file_with_any_other_mode_is_refused(
    path: Path, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T11."""
    provider = write(path, RING.encode(), mode)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert message(provider) == (
        f"The master key file {path} is open to other users (mode {mode:04o}). "
        "It belongs to another user: mount it with mode 0440"
    )


def test_a_missing_file_is_named(path: Path) -> None:
    """T11."""
    assert message(FileKeyProvider(path)) == f"There is no master key file at {path}"


def test_a_folder_is_not_a_key_file(tmp_path: Path) -> None:
    assert message(FileKeyProvider(tmp_path)) == f"The master key file {tmp_path} cannot be read: Is a directory"


def test_a_file_that_cannot_hold_a_ring_is_not_read_on(path: Path) -> None:
    assert message(write(path, RING.encode() + b"#" * 65536)) == (
        f"The file at {path} is too large for a master key file"
    )
    limit = RING.encode() + b"#" * (65536 - len(RING))
    assert write(path, limit).load().primary == 2
    assert "too large" in message(write(path, limit + b"#"))


@pytest.mark.parametrize("content", [b"", b"\n", ONE, RING.encode()[:20], RING.encode("utf-16"), b"\xff\xfe" * 40])
def test_a_malformed_file_is_refused_without_repeating_it(path: Path, content: bytes) -> None:
    """T11."""
    provider = write(path, content)
    with pytest.raises(MasterKeyError) as caught:
        provider.load()
    assert str(caught.value).startswith(("Master key entry 1: ", "No master key is configured. "))
    assert caught.value.__context__ is None


def test_a_comment_may_be_in_any_language(path: Path) -> None:
    assert write(path, f"# señal\n{RING}".encode()).load().primary == 2
    assert write(path, f"# señal\n{RING}".encode("latin-1")).load().primary == 2


def test_the_environment_gives_a_ring() -> None:
    ring = EnvironmentKeyProvider(RING.replace("\n", ",")).load()
    assert (ring.primary, ring.get(2), ring.get(1)) == (2, ONE, TWO)
    assert "No master key" in message(EnvironmentKeyProvider(""))


def test_no_provider_shows_a_key(path: Path) -> None:
    """T11."""
    assert repr(EnvironmentKeyProvider(RING)) == "EnvironmentKeyProvider()"
    assert repr(FileKeyProvider(path)) == f"FileKeyProvider(path={path!r})"


def test_a_new_key_file_is_private_and_holds_the_returned_key(path: Path) -> None:
    old = os.umask(0)
    try:
        ring = create_key_file(path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(ring.keys) == [1]
    assert FileKeyProvider(path).load().get(1) == ring.get(1)
    note, key, rest = path.read_text().split("\n")
    assert (
        note == "# Master key. Keep a copy apart from the database and its backups: without it nothing can be opened."
    )
    assert (key, rest) == (f"1:{base64.b64encode(ring.get(1)).decode()}", "")


def test_new_key_files_hold_different_keys(tmp_path: Path) -> None:
    assert create_key_file(tmp_path / "a").get(1) != create_key_file(tmp_path / "b").get(1)


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    write(path, b"something else")
    with pytest.raises(MasterKeyError) as caught:
        create_key_file(path)
    assert str(caught.value) == f"There is a file at {path} already; it was not changed"
    assert path.read_bytes() == b"something else"
    target = path.with_name("elsewhere")
    link = path.with_name("link")
    link.symlink_to(target)
    with pytest.raises(MasterKeyError, match="already"):
        create_key_file(link)
    assert not target.exists()


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "master.key"
    with pytest.raises(MasterKeyError) as caught:
        create_key_file(path)
    assert str(caught.value) == f"The master key file {path} cannot be written: No such file or directory"


def test_the_key_and_its_name_are_on_disk_before_it_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[int, int]] = []
    real = os.fsync

    def spy(descriptor: int) -> None:
        status = os.fstat(descriptor)
        synced.append((status.st_ino, path.stat().st_size))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    create_key_file(path)
    size = path.stat().st_size
    assert synced == [(path.stat().st_ino, size), (path.parent.stat().st_ino, size)]
    if before is not None:
        assert len(os.listdir("/proc/self/fd")) <= before


def test_a_full_disk_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(MasterKeyError, match=r"cannot be written: No space left on device$"):
        create_key_file(path)
    assert not path.exists()
