import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fuse from 'wasmfuse';
import type { Note, NoticingData } from '../fixtures/noticing.js';
import { letGo, makeWish, newWishes, type Wish } from '../fixtures/wishes.js';
import { build } from './build.js';
import { deadline, until } from './deadline.js';
import { exposed } from './exposed.js';
import { mountpointOf, tempDir } from './mount.js';
import type { Placement } from './placement.js';
import type { Scope } from './scope.js';

const MODULE = new URL('../fixtures/noticing.js', import.meta.url);
const END_MS = 5000;

export interface NoticingOptions {
  placement?: Placement;
  workers?: number;
  writeback?: boolean;
  options?: string[];
  maxTasks?: number;
  /** Made before the first request. */
  wishes?: Wish[];
  config?: fuse.SessionConfig;
}

/** The fixture of that name, mounted as a session of this process. */
export class Noticing {
  readonly #log: string;
  readonly #wishes: SharedArrayBuffer;
  readonly writeback: boolean;
  /** Settles as main() does. */
  readonly main: Promise<void>;

  private constructor(
    readonly session: fuse.Session,
    readonly dir: string,
    { log, wishes, writeback = false }: NoticingData,
    maxTasks: number | undefined,
  ) {
    this.#log = log;
    this.#wishes = wishes;
    this.writeback = writeback;
    this.main = session.main(1, maxTasks);
    this.main.catch(() => {});
  }

  static async mount(
    scope: Scope,
    { placement = 'module', workers = 1, writeback = false, ...rest }: NoticingOptions = {},
  ): Promise<Noticing> {
    const dir = mountpointOf(scope);
    const log = join(tempDir(scope, 'log-'), 'notes');
    const data: NoticingData = { log, wishes: newWishes(), writeback };
    for (const wish of rest.wishes ?? []) makeWish(data.wishes, wish);
    const config = { closeTimeout: 300, workers, data, ...rest.config };
    let filesystem: fuse.Filesystem = MODULE;
    if (placement === 'instance') filesystem = (await build(MODULE.href, data)) as fuse.Operations;
    if (placement === 'remote') {
      const { remote, worker } = exposed(MODULE, data);
      scope.after(() => worker.terminate());
      filesystem = remote;
    }
    const session = await fuse.mount(filesystem, dir, rest.options, config);
    const noticing = new Noticing(session, dir, data, rest.maxTasks);
    scope.after(async () => {
      await deadline(session.close(), END_MS, 'close()');
      await deadline(noticing.main, END_MS, 'main()');
    });
    return noticing;
  }

  notes(): Note[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').split('\n');
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
  }

  /** How often a handler was called with these first arguments. */
  count(op: string, ...args: (string | bigint)[]): number {
    const fits = (note: Note) => args.every((arg, i) => String(arg) === note.args[i]);
    return this.notes().filter((note) => note.what === 'called' && note.op === op && fits(note))
      .length;
  }

  /** Waits until something is so. */
  async becomes(isSo: () => Promise<boolean>, what: string, ms = END_MS): Promise<void> {
    await until(isSo, ms, what);
  }

  wish(wish: Wish): void {
    makeWish(this.#wishes, wish);
  }

  /** Has a system call held in its handler; `outcome` settles as the system call does. */
  async hold(
    match: Pick<Wish, 'op' | 'args0' | 'args1'>,
    act: () => Promise<unknown>,
  ): Promise<{ outcome: Promise<unknown> }> {
    this.wish({ ...match, hold: true });
    const outcome = act();
    outcome.catch(() => {});
    await this.noted('held', match);
    return { outcome };
  }

  letGo(): void {
    letGo(this.#wishes);
  }

  /** Waits for the note of what a wish has come to. */
  noted(what: Note['what'], match: Pick<Wish, 'op' | 'args0' | 'args1'>): Promise<Note> {
    const { op, args0, args1 } = match;
    const fits = (note: Note) =>
      note.what === what &&
      note.op === op &&
      (args0 === '' || note.args[0] === args0) &&
      (args1 === undefined || note.args[1] === args1);
    return until(() => this.notes().find(fits), END_MS, `${op} of ${args0} ${args1}: ${what}`);
  }
}
