import { type ConnectionInfo, capability } from 'wasmfuse';

/**
 * Lets the kernel rely on what it has cached: data and link targets change through itself only.
 *
 * With KILLPRIV_V2 it leaves it to the filesystem to drop setuid, setgid and capabilities on write,
 * and asks for no `security.capability` before each one: small writes take half the requests.
 */
export function negotiate(connection: ConnectionInfo): void {
  const wanted =
    capability.FUSE_CAP_EXPLICIT_INVAL_DATA |
    capability.FUSE_CAP_CACHE_SYMLINKS |
    capability.FUSE_CAP_HANDLE_KILLPRIV_V2;
  connection.want &= ~capability.FUSE_CAP_AUTO_INVAL_DATA;
  connection.want |= connection.capable & wanted;
}
