"""A file that takes its time."""

import errno
import stat

import pyfuse3
import trio
from serve import attributes

NAME = b"slow"
FILE = pyfuse3.ROOT_INODE + 1
DELAY_S = 0.005


def attributes_of(inode):
    if inode == pyfuse3.ROOT_INODE:
        return attributes(inode, stat.S_IFDIR | 0o755)
    return attributes(inode, stat.S_IFREG | 0o644, 1)


class Filesystem(pyfuse3.Operations):
    async def lookup(self, parent_inode, name, ctx=None):
        if parent_inode != pyfuse3.ROOT_INODE or name != NAME:
            raise pyfuse3.FUSEError(errno.ENOENT)
        return attributes_of(FILE)

    async def getattr(self, inode, ctx=None):
        return attributes_of(inode)

    async def open(self, inode, flags, ctx):
        return pyfuse3.FileInfo(fh=inode, direct_io=True)

    async def read(self, fh, off, size):
        await trio.sleep(DELAY_S)
        return bytes(size)

    async def release(self, fh):
        pass
