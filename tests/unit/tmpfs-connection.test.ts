import { strict as assert } from 'node:assert';
import { type ConnectionInfo, capability } from 'wasmfuse';
import { suite } from '../helpers/suite.js';
import { Fs } from '../helpers/tmpfs.js';

const {
  FUSE_CAP_ASYNC_READ,
  FUSE_CAP_AUTO_INVAL_DATA,
  FUSE_CAP_CACHE_SYMLINKS,
  FUSE_CAP_EXPLICIT_INVAL_DATA,
  FUSE_CAP_HANDLE_KILLPRIV_V2,
} = capability;

const connection = suite('connection of tmpfs');

connection('asks for what the kernel has of what is useful, and keeps the rest', () => {
  const capable = FUSE_CAP_CACHE_SYMLINKS | FUSE_CAP_HANDLE_KILLPRIV_V2 | FUSE_CAP_AUTO_INVAL_DATA;
  const info = { capable, want: FUSE_CAP_ASYNC_READ | FUSE_CAP_AUTO_INVAL_DATA } as ConnectionInfo;
  new Fs().ops.init(info);
  const asked = FUSE_CAP_CACHE_SYMLINKS | FUSE_CAP_HANDLE_KILLPRIV_V2;
  assert.equal(info.want, FUSE_CAP_ASYNC_READ | asked);
  const newer = { capable: capable | FUSE_CAP_EXPLICIT_INVAL_DATA, want: 0n } as ConnectionInfo;
  new Fs().ops.init(newer);
  assert.equal(newer.want, FUSE_CAP_EXPLICIT_INVAL_DATA | asked);
});
