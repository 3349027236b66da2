"""A tree of empty files, made once."""

import errno
import stat
import time

import pyfuse3
from serve import attributes

DIRECTORIES = 100
FILES = 1000
TIMEOUT = 1


class Node:
    last = 0

    def __init__(self, mode):
        Node.last += 1
        self.attributes = attributes(Node.last, mode, 0, TIMEOUT, time.time_ns())
        self.names = []
        self.children = []
        self.by_name = {}

    def add(self, name, child):
        self.names.append(name)
        self.children.append(child)
        self.by_name[name] = child


class Filesystem(pyfuse3.Operations):
    def __init__(self):
        super().__init__()
        self.nodes = {}
        root = self.make(stat.S_IFDIR | 0o755)
        for i in range(DIRECTORIES):
            directory = self.make(stat.S_IFDIR | 0o755)
            root.add(b"d%03d" % i, directory)
            for j in range(FILES):
                directory.add(b"f%04d" % j, self.make(stat.S_IFREG | 0o644))

    def make(self, mode):
        node = Node(mode)
        self.nodes[node.attributes.st_ino] = node
        return node

    def at(self, inode):
        node = self.nodes.get(inode)
        if node is None:
            raise pyfuse3.FUSEError(errno.ENOENT)
        return node

    async def lookup(self, parent_inode, name, ctx=None):
        found = self.at(parent_inode).by_name.get(name)
        if found is None:
            raise pyfuse3.FUSEError(errno.ENOENT)
        return found.attributes

    async def getattr(self, inode, ctx=None):
        return self.at(inode).attributes

    async def opendir(self, inode, ctx):
        return inode

    async def readdir(self, fh, start_id, token):
        node = self.at(fh)
        for i in range(start_id, len(node.names)):
            attr = node.children[i].attributes
            if not pyfuse3.readdir_reply(token, node.names[i], attr, i + 1):
                return

    async def releasedir(self, fh):
        pass
