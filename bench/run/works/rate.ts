import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { printedValue } from '../client.js';
import type { Subject } from '../subject.js';

const SECONDS = 0.5;
const MIB = 2 ** 20;
const NS_A_SECOND = 1e9;

/** MiB a second when a file is read or written from its start, 1 MiB a call. */
export async function rate(
  { effort }: Bench,
  subject: Subject,
  how: 'read' | 'write',
  file: string,
): Promise<number> {
  const path = join(subject.directory, file);
  const seconds = SECONDS * effort.part;
  const printed = await subject.client('sequential', how, path, seconds, subject.pid);
  return ((printedValue(printed, 'bytes') / MIB) * NS_A_SECOND) / printedValue(printed, 'wall');
}
