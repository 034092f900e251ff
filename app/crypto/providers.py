"""Where master keys come from: a private file or the environment; key management services join here."""

import base64
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.crypto.keyring import MasterKeys, parse_master_keys
from app.crypto.wrap import new_key
from app.errors import MasterKeyError

_PRIVATE = 0o600
_OPEN_TO_OTHERS = 0o077
# How Docker and Kubernetes mount a secret for a process that does not own it.
_SECRET_MOUNT = (0o440, 0o444)
_LARGEST_FILE = 64 * 1024
_NOTE = "# Master key. Keep a copy apart from the database and its backups: without it nothing can be opened.\n"


class KeyProvider(Protocol):
    """A source of master keys, asked once at start. `load` raises MasterKeyError with what to do about it."""

    def load(self) -> MasterKeys: ...


@dataclass(frozen=True, slots=True)
class FileKeyProvider:
    """Reads a file in the format of `parse_master_keys`; refuses one that other users of the machine can read."""

    path: Path

    def load(self) -> MasterKeys:
        return parse_master_keys(_read_private(self.path))


@dataclass(frozen=True, slots=True)
class EnvironmentKeyProvider:
    """Parses the value of an environment variable, which the settings have read."""

    value: str = field(repr=False)

    def load(self) -> MasterKeys:
        return parse_master_keys(self.value)


def create_key_file(path: Path) -> MasterKeys:
    """Write one new key with id 1 to a file of mode 0600 and return it once it is on disk.

    MasterKeyError if the file exists (it is never overwritten) or its folder does not.
    """
    text = f"{_NOTE}1:{base64.b64encode(new_key()).decode()}\n"
    try:
        _write_new(path, text.encode())
    except FileExistsError:
        raise MasterKeyError(f"There is a file at {path} already; it was not changed") from None
    except OSError as error:
        raise MasterKeyError(f"The master key file {path} cannot be written: {error.strerror}") from None
    return FileKeyProvider(path).load()


def _write_new(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=_open_private) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            _sync_folder(path.parent)
        except OSError:
            # Half a key file would stop every later start, and nothing was sealed with its key yet.
            path.unlink()
            raise


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, _PRIVATE)


def _sync_folder(folder: Path) -> None:
    """Without this the file's name may be lost with the machine's power although its content is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_private(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            _refuse_exposed(path, os.fstat(file.fileno()))
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise MasterKeyError(f"There is no master key file at {path}") from None
    except OSError as error:
        raise MasterKeyError(f"The master key file {path} cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST_FILE:
        raise MasterKeyError(f"The file at {path} is too large for a master key file")
    # "replace" and not "strict": a decoding error would carry the content as an attribute into tracebacks.
    return content.decode(errors="replace")


def _refuse_exposed(path: Path, status: os.stat_result) -> None:
    mode = stat.S_IMODE(status.st_mode)
    is_own = status.st_uid == os.geteuid()
    if not mode & _OPEN_TO_OTHERS or (not is_own and mode in _SECRET_MOUNT):
        return
    remedy = f"Run: chmod 600 {path}" if is_own else "It belongs to another user: mount it with mode 0440"
    raise MasterKeyError(f"The master key file {path} is open to other users (mode {mode:04o}). {remedy}")
