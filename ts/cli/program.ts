import type { Worker } from 'node:worker_threads';
import { postpone } from '../comlink.js';
import { lend } from '../thread.js';
import { Command, CommanderError, Option } from '../vendor/commander.js';
import { version } from '../version.js';
import { commandArguments } from './arguments.js';
import { reason, status, UsageError } from './errors.js';
import { type MountOptions, mountCommand } from './mount.js';
import { wholeNumber } from './options.js';
import { presets } from './presets.js';
import { startCommand, welcomes } from './start.js';

const REPLACE_STALE = ['--replace-stale', 'unmount what a killed server has left there'] as const;

const EXAMPLES = `
Examples:
  wasmfuse mount tmpfs -o size=64m ./mnt          a filesystem in memory
  wasmfuse mount passthrough /srv/data ./mnt      a directory seen through a filesystem
  wasmfuse mount ./my-fs.js ./mnt -d              your own, with libfuse's debug output
  wasmfuse umount ./mnt

Exit status:
  0    unmounted, and all went well
  1    mounting or serving failed; the reason is on standard error
  2    wrong use of the command line
  128+N when stopped by signal N (Ctrl-C: 130), after unmounting`;

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function program(): Command {
  const wasmfuse = new Command('wasmfuse')
    .description('Filesystems in TypeScript, served by libfuse3 in WebAssembly.')
    .version(version)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`wasmfuse: ${text.replace(/^error: /, '')}`),
    });

  wasmfuse
    .command('mount')
    .description('mount a filesystem and serve it until it is unmounted')
    .argument('<filesystem>', `${Object.keys(presets).join(', ')}, or the path of a module`)
    .argument('<places...>', '[source] mountpoint')
    .option('-o, --options <list>', 'mount options, with commas between', collect, [])
    .option('-d, --debug', "print libfuse's debug output")
    .option('--data <json>', "object given to the module's filesystem")
    .option('--nonempty', 'mount over a directory that has entries')
    .option(...REPLACE_STALE)
    .addOption(
      new Option('--min-tasks <n>', 'tasks kept waiting').argParser(wholeNumber).default(1),
    )
    .addOption(
      new Option('--max-tasks <n>', 'requests in flight at most')
        .argParser(wholeNumber)
        .default(99),
    )
    .addOption(
      new Option('--workers <n>', 'threads, each with a filesystem of its own')
        .argParser(wholeNumber)
        .default(1),
    )
    .addOption(
      new Option('--transport <name>', 'how requests come from the kernel').choices([
        'auto',
        'read',
        'uring',
      ]),
    )
    .addHelpText('after', EXAMPLES)
    .action((filesystem: string, places: string[], options: MountOptions) =>
      mountCommand(filesystem, places, options, (where) =>
        process.stdout.write(`${filesystem} is mounted on ${where}\n`),
      ),
    );

  wasmfuse
    .command('umount')
    .description('unmount a filesystem')
    .argument('<mountpoint>')
    .option('-l, --lazy', 'now, even if it is in use')
    .action(async (mountpoint: string, options: { lazy?: boolean }) => {
      const { umountCommand } = await import('./umount.js');
      await umountCommand(mountpoint, options.lazy ?? false);
    });

  wasmfuse
    .command('start')
    .description('serve tmpfs, or notify, on a directory, to try things out')
    .argument('[filesystem]', `${Object.keys(welcomes).join(' or ')}; may be left out`)
    .argument('[directory]', 'made if it does not exist (default: "./mnt")')
    .option('--demo', 'take a short tour by itself, then end')
    .option(...REPLACE_STALE)
    .action(startCommand);
  return wasmfuse;
}

/**
 * Runs the command, and sets the status with which the process will end.
 *
 * @param worker a thread that has begun to run, for the filesystem, if there is to be one.
 */
export async function run(worker: Worker | undefined): Promise<void> {
  postpone();
  if (worker !== undefined) lend(worker);
  // Who reads the output may go before the filesystem does.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await program().parseAsync(commandArguments(), { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode && status.usage;
    else {
      process.stderr.write(`wasmfuse: ${reason(thrown)}\n`);
      process.exitCode = thrown instanceof UsageError ? status.usage : status.failed;
    }
  }
}
