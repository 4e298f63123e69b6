"""Python as this project's code meets it on Windows; a process that has this folder on PYTHONPATH begins with it.

Modules that only POSIX has cannot be imported from `corridor`, `os` and `signal` lack there what they lack on Windows,
and opening a folder, or flushing a file that is open for reading only, fails as there. The libraries see everything,
since they have code of their own for each system.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import os
import signal
from types import ModuleType
from typing import Any

MODULES = {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
OF_OS = {
    *("chown", "chroot", "confstr", "ctermid", "fchdir", "fchown", "fork", "forkpty", "fstatvfs", "getegid", "geteuid"),
    *("getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority", "getsid", "getuid", "initgroups"),
    *("killpg", "lchown", "lockf", "mkfifo", "mknod", "nice", "openpty", "pathconf", "pipe2", "posix_fadvise"),
    *("posix_fallocate", "posix_spawn", "pread", "preadv", "pwrite", "pwritev", "readv", "register_at_fork"),
    *("sched_getaffinity", "sched_setaffinity", "sched_yield", "sendfile", "setegid", "seteuid", "setgid", "setpgid"),
    *("setpriority", "setsid", "setuid", "statvfs", "sync", "sysconf", "tcgetpgrp", "uname", "wait", "wait3", "wait4"),
    *("waitid", "writev", "O_CLOEXEC", "O_DIRECTORY", "O_DSYNC", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "O_TMPFILE"),
}
SIGNALS = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM"}
OF_SIGNAL = {name for name in dir(signal) if name.startswith("SIG") and name[3] != "_"} - SIGNALS | {
    *("alarm", "getitimer", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "sigpending", "siginterrupt"),
    *("sigtimedwait", "sigwait", "sigwaitinfo"),
}


def open_like_windows(path: Any, flags: int, *more: Any, **named: Any) -> int:
    """`os.open`, to which Windows gives no folder."""
    if os.path.isdir(path):  # noqa: PTH112 - Path is not there yet when a program starts
        raise PermissionError(errno.EACCES, "Permission denied", str(path))
    return os.open(path, flags, *more, **named)


def fsync_like_windows(handle: int) -> None:
    """`os.fsync`, which on Windows needs a file that may be written to."""
    if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "Bad file descriptor")
    os.fsync(handle)


def without(module: ModuleType, names: set[str], **instead: Any) -> ModuleType:
    """A copy of a module that lacks some names and has others instead."""
    copied = ModuleType(module.__name__)
    copied.__dict__.update({name: value for name, value in vars(module).items() if name not in names} | instead)
    return copied


STAND_INS = {
    "os": without(os, OF_OS, open=open_like_windows, fsync=fsync_like_windows),
    "signal": without(signal, OF_SIGNAL),
}
as_it_is = builtins.__import__


def importing(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    """`import` as a module of ours meets it on Windows, and as it is for all others."""
    asking, top = str((globals or {}).get("__name__")).partition(".")[0], name.partition(".")[0]
    if asking == "corridor" and top in MODULES:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    module = as_it_is(name, globals, locals, fromlist, level)
    return STAND_INS.get(name, module) if asking == "corridor" else module


builtins.__import__ = importing
