import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const STEP_TIMEOUT_MS = 60_000;

/** One thing the tour does: a line of shell, run in the mounted directory. */
interface Step {
  readonly title: string;
  readonly command: string;
}

/** $MNT is the mount, $TMP a directory of the machine's own disk. Each fails by its exit status. */
const steps: readonly Step[] = [
  {
    title: 'write a file and read it back',
    command: 'echo "written through libfuse in WebAssembly" > note && cat note',
  },
  {
    title: 'write 64 MiB of random bytes, compare checksums',
    command: `head -c 64M /dev/urandom > "$TMP/random" && cp "$TMP/random" random &&
      cmp "$TMP/random" random && sha256sum < random | cut -c1-16`,
  },
  {
    title: 'a sparse file of 1 GiB takes no memory',
    command: 'truncate -s 1G sparse && stat -c "%s bytes, %b blocks" sparse && rm sparse random',
  },
  {
    title: 'hard links, symbolic links, a fifo',
    command: `ln note second && ln -s note soft && mkfifo pipe && cat soft > /dev/null &&
      test "$(stat -c %h note)" = 2 && ls -l | tail -n +2 | awk '{print $1, $NF}'`,
  },
  {
    title: 'rename over a file that is open, which stays readable',
    command: `exec 3< second && echo new > other && mv other second && cat <&3 >/dev/null &&
      test "$(cat second)" = new && echo "the old file was read through its descriptor"`,
  },
  {
    title: 'make 2,000 files and list them',
    command: 'mkdir many && cd many && seq -f "file-%04g" 2000 | xargs touch && ls | wc -l',
  },
  {
    title: 'unpack a tree with tar and compare it with the original',
    command: `tar -C /usr/include -cf "$TMP/tree.tar" linux && mkdir tree &&
      tar -C tree -xf "$TMP/tree.tar" && diff -r /usr/include/linux tree/linux &&
      echo "$(find tree -type f | wc -l) files are the same"`,
  },
  {
    title: 'pack it again and verify the archive against the files',
    command: `tar -C tree -cf "$TMP/again.tar" linux && tar -C tree -df "$TMP/again.tar" &&
      echo "no difference"`,
  },
  { title: 'what df says', command: 'df -h --output=fstype,used,target . | tail -n 1' },
  { title: 'remove it all', command: 'rm -rf -- * && ls -A | wc -l' },
];

async function show({ title, command }: Step, mountpoint: string, scratch: string): Promise<void> {
  const start = performance.now();
  const { stdout } = await run('sh', ['-euc', command], {
    cwd: mountpoint,
    env: { ...process.env, MNT: mountpoint, TMP: scratch },
    timeout: STEP_TIMEOUT_MS,
  });
  const ms = (performance.now() - start).toFixed(0).padStart(6);
  process.stdout.write(`${ms} ms  ${title}\n`);
  for (const line of stdout.trimEnd().split('\n')) process.stdout.write(`           ${line}\n`);
}

/**
 * Shows with ordinary programs what the filesystem on `mountpoint` can do. @throws Error when a
 * step fails.
 */
export async function runDemo(mountpoint: string): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasmfuse-'));
  process.stdout.write(`tmpfs in TypeScript, mounted on ${mountpoint}\n\n`);
  try {
    for (const step of steps) {
      await show(step, mountpoint, scratch).catch((error: { message: string; stderr?: string }) => {
        throw new Error(`demo failed at '${step.title}': ${error.stderr?.trim() || error.message}`);
      });
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
