/*
 * Prints, as TypeScript, the layout of every record and the value of every constant that crosses
 * between the module and the host. Compiled like the module itself, run once by the build.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fuse_i.h>
#include <fuse_kernel.h>
#include <fuse_lowlevel.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "../shim/abi.h"
#include "../shim/fuse_uring.h"
#include "device.h"
#include "notify.h"
#include "ring.h"
#include "session.h"
/* Last: Linux's own values stand above those of the C library here. */
#include <linux_constants.h>

_Static_assert(sizeof(time_t) == 8, "times before 1901 and after 2038");
_Static_assert(sizeof(off_t) == 8 && sizeof(ino_t) == 8, "offsets and inodes of 64 bits");
_Static_assert(sizeof(blkcnt_t) == 8 && sizeof(fsblkcnt_t) == 8, "block counts of 64 bits");
_Static_assert(sizeof(dev_t) == 4 && sizeof(nlink_t) == 4, "as wide as the protocol has them");
_Static_assert(sizeof(unsigned long) == 4, "timeouts and f_bsize are 32 bits wide here");

static void record(const char *name, size_t size) {
  printf("  %s: {\n    size: %zu,\n", name, size);
}

static void field(const char *name, size_t offset) {
  printf("    %s: %zu,\n", name, offset);
}

#define RECORD(name, type) record(#name, sizeof(type))
#define FIELD(type, member, name) field(#name, offsetof(type, member))
#define END() puts("  },")

/* Bit-fields have no offset: set one and see which byte and bit it is. */
#define BIT(type, member)                                                    \
  do {                                                                       \
    type probe;                                                              \
    const unsigned char *bytes = (const unsigned char *)&probe;              \
    memset(&probe, 0, sizeof(probe));                                        \
    probe.member = 1;                                                        \
    for (size_t i = 0; i < sizeof(probe); i++) {                             \
      if (bytes[i] != 0) printf("    %s: { byte: %zu, mask: %u },\n", #member, i, bytes[i]); \
    }                                                                        \
  } while (0)

#define CONSTANT(name) printf("  %s: %lld,\n", #name, (long long)(name))
#define FLAG(name) printf("  %s: 0x%llxn,\n", #name, (unsigned long long)(name))

static void stat_layout(void) {
  RECORD(stat, struct stat);
  FIELD(struct stat, st_ino, ino);
  FIELD(struct stat, st_mode, mode);
  FIELD(struct stat, st_nlink, nlink);
  FIELD(struct stat, st_uid, uid);
  FIELD(struct stat, st_gid, gid);
  FIELD(struct stat, st_rdev, rdev);
  FIELD(struct stat, st_size, bytes);
  FIELD(struct stat, st_blksize, blksize);
  FIELD(struct stat, st_blocks, blocks);
  FIELD(struct stat, st_atim.tv_sec, atimeSec);
  FIELD(struct stat, st_atim.tv_nsec, atimeNsec);
  FIELD(struct stat, st_mtim.tv_sec, mtimeSec);
  FIELD(struct stat, st_mtim.tv_nsec, mtimeNsec);
  FIELD(struct stat, st_ctim.tv_sec, ctimeSec);
  FIELD(struct stat, st_ctim.tv_nsec, ctimeNsec);
  END();
}

static void reply_layouts(void) {
  RECORD(entryParam, struct fuse_entry_param);
  FIELD(struct fuse_entry_param, ino, ino);
  FIELD(struct fuse_entry_param, generation, generation);
  FIELD(struct fuse_entry_param, attr, attr);
  FIELD(struct fuse_entry_param, attr_timeout, attrTimeout);
  FIELD(struct fuse_entry_param, entry_timeout, entryTimeout);
  END();
  RECORD(statvfs, struct statvfs);
  FIELD(struct statvfs, f_bsize, bsize);
  FIELD(struct statvfs, f_frsize, frsize);
  FIELD(struct statvfs, f_blocks, blocks);
  FIELD(struct statvfs, f_bfree, bfree);
  FIELD(struct statvfs, f_bavail, bavail);
  FIELD(struct statvfs, f_files, files);
  FIELD(struct statvfs, f_ffree, ffree);
  FIELD(struct statvfs, f_favail, favail);
  FIELD(struct statvfs, f_namemax, namemax);
  END();
  RECORD(flock, struct flock);
  FIELD(struct flock, l_type, type);
  FIELD(struct flock, l_whence, whence);
  FIELD(struct flock, l_start, start);
  FIELD(struct flock, l_len, length);
  FIELD(struct flock, l_pid, pid);
  END();
  RECORD(scratch, struct fw_scratch);
  FIELD(struct fw_scratch, entry, entry);
  FIELD(struct fw_scratch, file, file);
  FIELD(struct fw_scratch, statvfs, statvfs);
  FIELD(struct fw_scratch, lock, lock);
  FIELD(struct fw_scratch, name, name);
  END();
}

static void file_info_layout(void) {
  RECORD(fileInfo, struct fuse_file_info);
  FIELD(struct fuse_file_info, flags, flags);
  FIELD(struct fuse_file_info, fh, fh);
  FIELD(struct fuse_file_info, lock_owner, lockOwner);
  FIELD(struct fuse_file_info, poll_events, pollEvents);
  FIELD(struct fuse_file_info, backing_id, backingId);
  END();
  puts("  fileInfoBits: {");
  BIT(struct fuse_file_info, writepage);
  BIT(struct fuse_file_info, direct_io);
  BIT(struct fuse_file_info, keep_cache);
  BIT(struct fuse_file_info, flush);
  BIT(struct fuse_file_info, nonseekable);
  BIT(struct fuse_file_info, flock_release);
  BIT(struct fuse_file_info, cache_readdir);
  BIT(struct fuse_file_info, noflush);
  BIT(struct fuse_file_info, parallel_direct_writes);
  END();
}

static void request_layouts(void) {
  RECORD(request, struct fuse_req);
  FIELD(struct fuse_req, ctx, context);
  END();
  RECORD(context, struct fuse_ctx);
  FIELD(struct fuse_ctx, uid, uid);
  FIELD(struct fuse_ctx, gid, gid);
  FIELD(struct fuse_ctx, pid, pid);
  FIELD(struct fuse_ctx, umask, umask);
  END();
  RECORD(channel, struct abi_channel);
  FIELD(struct abi_channel, ahead, ahead);
  FIELD(struct abi_channel, kept, kept);
  FIELD(struct abi_channel, kept_size, keptSize);
  FIELD(struct abi_channel, failure, failure);
  FIELD(struct abi_channel, received_at, receivedAt);
  FIELD(struct abi_channel, sent_at, sentAt);
  END();
  RECORD(ring, struct abi_ring);
  FIELD(struct abi_ring, result, result);
  FIELD(struct abi_ring, received_at, receivedAt);
  FIELD(struct abi_ring, sent_at, sentAt);
  FIELD(struct abi_ring, committed_count, committedCount);
  FIELD(struct abi_ring, committed, committed);
  END();
  RECORD(buf, struct fuse_buf);
  FIELD(struct fuse_buf, size, bytes);
  FIELD(struct fuse_buf, mem, mem);
  FIELD(struct fuse_buf, mem_size, memSize);
  END();
  RECORD(bufvec, struct fuse_bufvec);
  FIELD(struct fuse_bufvec, buf[0].size, bytes);
  FIELD(struct fuse_bufvec, buf[0].mem, mem);
  END();
  RECORD(forgetData, struct fuse_forget_data);
  FIELD(struct fuse_forget_data, ino, ino);
  FIELD(struct fuse_forget_data, nlookup, nlookup);
  END();
  RECORD(connInfo, struct fuse_conn_info);
  FIELD(struct fuse_conn_info, proto_major, protoMajor);
  FIELD(struct fuse_conn_info, proto_minor, protoMinor);
  FIELD(struct fuse_conn_info, max_write, maxWrite);
  FIELD(struct fuse_conn_info, max_readahead, maxReadahead);
  FIELD(struct fuse_conn_info, max_background, maxBackground);
  FIELD(struct fuse_conn_info, congestion_threshold, congestionThreshold);
  FIELD(struct fuse_conn_info, time_gran, timeGran);
  FIELD(struct fuse_conn_info, want, want);
  FIELD(struct fuse_conn_info, capable_ext, capableExt);
  FIELD(struct fuse_conn_info, want_ext, wantExt);
  END();
}

static void capabilities(void) {
  puts("\n/** What a connection can do, as libfuse names it. */\nexport const capability = {");
  FLAG(FUSE_CAP_ASYNC_READ);
  FLAG(FUSE_CAP_POSIX_LOCKS);
  FLAG(FUSE_CAP_ATOMIC_O_TRUNC);
  FLAG(FUSE_CAP_EXPORT_SUPPORT);
  FLAG(FUSE_CAP_DONT_MASK);
  FLAG(FUSE_CAP_FLOCK_LOCKS);
  FLAG(FUSE_CAP_IOCTL_DIR);
  FLAG(FUSE_CAP_AUTO_INVAL_DATA);
  FLAG(FUSE_CAP_READDIRPLUS);
  FLAG(FUSE_CAP_READDIRPLUS_AUTO);
  FLAG(FUSE_CAP_ASYNC_DIO);
  FLAG(FUSE_CAP_WRITEBACK_CACHE);
  FLAG(FUSE_CAP_NO_OPEN_SUPPORT);
  FLAG(FUSE_CAP_PARALLEL_DIROPS);
  FLAG(FUSE_CAP_POSIX_ACL);
  FLAG(FUSE_CAP_HANDLE_KILLPRIV);
  FLAG(FUSE_CAP_HANDLE_KILLPRIV_V2);
  FLAG(FUSE_CAP_CACHE_SYMLINKS);
  FLAG(FUSE_CAP_NO_OPENDIR_SUPPORT);
  FLAG(FUSE_CAP_EXPLICIT_INVAL_DATA);
  FLAG(FUSE_CAP_EXPIRE_ONLY);
  FLAG(FUSE_CAP_SETXATTR_EXT);
  FLAG(FUSE_CAP_DIRECT_IO_ALLOW_MMAP);
  FLAG(FUSE_CAP_PASSTHROUGH);
  FLAG(FUSE_CAP_NO_EXPORT_SUPPORT);
  puts("} as const;");
}

static void constants(void) {
  puts("\n/** Constants of libfuse and the protocol. */\nexport const constant = {");
  CONSTANT(FUSE_ROOT_ID);
  CONSTANT(FUSE_SET_ATTR_MODE);
  CONSTANT(FUSE_SET_ATTR_UID);
  CONSTANT(FUSE_SET_ATTR_GID);
  CONSTANT(FUSE_SET_ATTR_SIZE);
  CONSTANT(FUSE_SET_ATTR_ATIME);
  CONSTANT(FUSE_SET_ATTR_MTIME);
  CONSTANT(FUSE_SET_ATTR_ATIME_NOW);
  CONSTANT(FUSE_SET_ATTR_MTIME_NOW);
  CONSTANT(FUSE_SET_ATTR_CTIME);
  CONSTANT(FUSE_BUFFER_HEADER_SIZE);
  CONSTANT(FUSE_MIN_READ_BUFFER);
  CONSTANT(FUSE_NAME_OFFSET);
  CONSTANT(FUSE_NAME_OFFSET_DIRENTPLUS);
  /* Entries of a listing start at multiples of it. */
  printf("  FUSE_DIRENT_ALIGNMENT: %zu,\n", FUSE_DIRENT_ALIGN((size_t)1));
  CONSTANT(WNOHANG);
  CONSTANT(INT32_MAX);
  CONSTANT(FUSE_LOG_ERR);
  CONSTANT(FUSE_LOG_WARNING);
  CONSTANT(FUSE_LOG_DEBUG);
  CONSTANT(FW_REPLIES_SENT);
  CONSTANT(FW_REPLIES_KEPT);
  CONSTANT(FW_REPLIES_WITHHELD);
  CONSTANT(FW_REPLIES_POSTED);
  CONSTANT(FW_RETRIEVED_NOTHING);
  CONSTANT(FW_RETRIEVED_OWN);
  CONSTANT(FW_RETRIEVED_STRAY);
  CONSTANT(FW_RING_AGREED);
  CONSTANT(FW_RING_NOT_OFFERED);
  CONSTANT(FW_RING_TOO_SMALL);
  CONSTANT(ABI_RING_DEVICE);
  puts("} as const;");
}

static void linux_constants(void) {
  puts("\n/** Constants of Linux that Node's own lists lack. */\nexport const linux = {");
  CONSTANT(RENAME_NOREPLACE);
  CONSTANT(RENAME_EXCHANGE);
  CONSTANT(RENAME_WHITEOUT);
  CONSTANT(XATTR_CREATE);
  CONSTANT(XATTR_REPLACE);
  CONSTANT(XATTR_SIZE_MAX);
  CONSTANT(XATTR_LIST_MAX);
  CONSTANT(S_ISUID);
  CONSTANT(S_ISGID);
  CONSTANT(S_ISVTX);
  CONSTANT(SEEK_DATA);
  CONSTANT(SEEK_HOLE);
  CONSTANT(FALLOC_FL_KEEP_SIZE);
  CONSTANT(FALLOC_FL_PUNCH_HOLE);
  CONSTANT(FALLOC_FL_COLLAPSE_RANGE);
  CONSTANT(FALLOC_FL_ZERO_RANGE);
  CONSTANT(FALLOC_FL_INSERT_RANGE);
  CONSTANT(FALLOC_FL_UNSHARE_RANGE);
  CONSTANT(LOCK_SH);
  CONSTANT(LOCK_EX);
  CONSTANT(LOCK_NB);
  CONSTANT(LOCK_UN);
  CONSTANT(F_RDLCK);
  CONSTANT(F_WRLCK);
  CONSTANT(F_UNLCK);
  CONSTANT(POLLIN);
  CONSTANT(POLLPRI);
  CONSTANT(POLLOUT);
  CONSTANT(POLLERR);
  CONSTANT(POLLHUP);
  CONSTANT(AF_UNIX);
  CONSTANT(SOCK_SEQPACKET);
  CONSTANT(NAME_MAX);
  CONSTANT(PATH_MAX);
  puts("} as const;");
}

/* What tests write and read in the kernel's place. */
static void wire(void) {
  puts("\n/** The protocol's own records, for tests that stand in for the kernel. */");
  puts("export const wire = {");
  RECORD(inHeader, struct fuse_in_header);
  FIELD(struct fuse_in_header, len, len);
  FIELD(struct fuse_in_header, opcode, opcode);
  FIELD(struct fuse_in_header, unique, unique);
  FIELD(struct fuse_in_header, nodeid, nodeid);
  FIELD(struct fuse_in_header, uid, uid);
  FIELD(struct fuse_in_header, gid, gid);
  FIELD(struct fuse_in_header, pid, pid);
  END();
  RECORD(outHeader, struct fuse_out_header);
  FIELD(struct fuse_out_header, len, len);
  FIELD(struct fuse_out_header, error, error);
  FIELD(struct fuse_out_header, unique, unique);
  END();
  RECORD(ringHeader, struct fuse_ring_header);
  FIELD(struct fuse_ring_header, in_out, inOut);
  FIELD(struct fuse_ring_header, op_in, opIn);
  FIELD(struct fuse_ring_header, payload_size, payloadSize);
  END();
  puts("} as const;");
}

int main(void) {
  puts("// Printed by the C compiler from wasm/layout.c; regenerate with scripts/build-wasm.sh.\n");
  puts("/** Sizes and offsets, in bytes, of records in the module's memory. */");
  puts("export const layout = {");
  stat_layout();
  reply_layouts();
  file_info_layout();
  request_layouts();
  puts("} as const;");
  capabilities();
  constants();
  linux_constants();
  wire();
  return 0;
}
