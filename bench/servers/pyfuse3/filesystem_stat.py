"""Empty files in the root; the kernel keeps nothing of what it was told."""

import errno
import stat

import pyfuse3
from serve import attributes

OTHERS = 1000
FIRST = pyfuse3.ROOT_INODE + 1
NAMES = [b"file"] + [b"n%d" % i for i in range(OTHERS)]


def attributes_of(inode):
    if inode == pyfuse3.ROOT_INODE:
        return attributes(inode, stat.S_IFDIR | 0o755, timeout=0)
    return attributes(inode, stat.S_IFREG | 0o644, timeout=0)


class Filesystem(pyfuse3.Operations):
    def __init__(self):
        super().__init__()
        self.inodes = {name: FIRST + i for i, name in enumerate(NAMES)}

    async def lookup(self, parent_inode, name, ctx=None):
        inode = self.inodes.get(name) if parent_inode == pyfuse3.ROOT_INODE else None
        if inode is None:
            raise pyfuse3.FUSEError(errno.ENOENT)
        return attributes_of(inode)

    async def getattr(self, inode, ctx=None):
        return attributes_of(inode)

    async def opendir(self, inode, ctx):
        return inode

    async def readdir(self, fh, start_id, token):
        for i in range(start_id, len(NAMES)):
            if not pyfuse3.readdir_reply(token, NAMES[i], attributes_of(FIRST + i), i + 1):
                return

    async def releasedir(self, fh):
        pass
