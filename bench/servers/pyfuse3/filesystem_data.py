"""Two files of zeros, which take every write and keep none."""

import errno
import stat

import pyfuse3
from serve import attributes

SIZE = 2**40
MOST_BYTES = 2**20
NAMES = [b"direct", b"cached"]
DIRECT = pyfuse3.ROOT_INODE + 1
ZEROS = bytes(MOST_BYTES)


def attributes_of(inode):
    if inode == pyfuse3.ROOT_INODE:
        return attributes(inode, stat.S_IFDIR | 0o755)
    return attributes(inode, stat.S_IFREG | 0o644, SIZE)


class Filesystem(pyfuse3.Operations):
    async def lookup(self, parent_inode, name, ctx=None):
        if parent_inode != pyfuse3.ROOT_INODE or name not in NAMES:
            raise pyfuse3.FUSEError(errno.ENOENT)
        return attributes_of(DIRECT + NAMES.index(name))

    async def getattr(self, inode, ctx=None):
        return attributes_of(inode)

    async def setattr(self, inode, attr, fields, fh, ctx):
        return attributes_of(inode)

    async def opendir(self, inode, ctx):
        return inode

    async def readdir(self, fh, start_id, token):
        for i in range(start_id, len(NAMES)):
            if not pyfuse3.readdir_reply(token, NAMES[i], attributes_of(DIRECT + i), i + 1):
                return

    async def releasedir(self, fh):
        pass

    async def open(self, inode, flags, ctx):
        return pyfuse3.FileInfo(fh=inode, direct_io=inode == DIRECT, keep_cache=False)

    async def read(self, fh, off, size):
        return ZEROS if size == MOST_BYTES else ZEROS[:size]

    async def write(self, fh, off, buf):
        return len(buf)

    async def release(self, fh):
        pass
