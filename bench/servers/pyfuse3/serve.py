"""Serves a filesystem in the foreground, until it is unmounted: serve.py <mountpoint> <name>"""

import importlib
import stat
import sys

import pyfuse3
import trio

MIN_TASKS = 1
MAX_TASKS = 99


def attributes(inode, mode, size=0, timeout=300, time_ns=0):
    """What a server tells of an inode."""
    entry = pyfuse3.EntryAttributes()
    entry.st_ino = inode
    entry.st_mode = mode
    entry.st_nlink = 2 if stat.S_ISDIR(mode) else 1
    entry.st_size = size
    entry.st_blksize = 4096
    entry.entry_timeout = timeout
    entry.attr_timeout = timeout
    entry.st_atime_ns = time_ns
    entry.st_mtime_ns = time_ns
    entry.st_ctime_ns = time_ns
    return entry


def main(mountpoint, name):
    filesystem = importlib.import_module(name).Filesystem()
    # Without default_permissions, which is among the default ones, as the other peers.
    pyfuse3.init(filesystem, mountpoint, {"fsname=bench", "subtype=pyfuse3"})
    try:
        trio.run(pyfuse3.main, MIN_TASKS, MAX_TASKS)
    finally:
        pyfuse3.close()


if __name__ == "__main__":
    # The modules of the filesystems import this one by its name.
    sys.modules["serve"] = sys.modules["__main__"]
    main(*sys.argv[1:])
