/** Makes, changes, watches over and removes many files in the directory given, side by side. */
import { strict as assert } from 'node:assert';
import { createReadStream, createWriteStream } from 'node:fs';
import {
  appendFile,
  cp,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const root = process.argv[2] ?? '.';
const WORKERS = 6;
const ROUNDS = 25;

async function work(worker: number): Promise<void> {
  const dir = `${root}/worker-${worker}`;
  await mkdir(dir);
  for (let round = 0; round < ROUNDS; round++) {
    const path = `${dir}/file-${round}`;
    const line = `${worker} ${round}\n`;
    await writeFile(path, line.repeat(round * 40));
    await appendFile(path, 'end\n');
    const file = await open(path, 'r+');
    await file.write('HEAD', 0);
    await file.sync();
    assert.equal((await file.stat()).size, (await stat(path)).size);
    await file.close();
    await rename(path, `${path}.done`);
    const text = await readFile(`${path}.done`, 'utf8');
    // Written over "end" when that is all there is.
    assert.equal(text, `HEAD${`${line.repeat(round * 40)}end\n`.slice(4)}`);
    if (round % 3 === 0) await rm(`${path}.done`);
  }
  const left = Array.from({ length: ROUNDS }, (_, i) => i).filter((i) => i % 3 !== 0);
  assert.equal((await readdir(dir)).length, left.length);
  await cp(dir, `${dir}-copy`, { recursive: true });
  await pipeline(
    createReadStream(`${dir}/file-1.done`),
    createGzip(),
    createWriteStream(`${dir}.gz`),
  );
  await rm(dir, { recursive: true });
}

await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
const names = await readdir(root);
assert.equal(names.filter((name) => name.endsWith('-copy')).length, WORKERS);
assert.equal(names.filter((name) => name.endsWith('.gz')).length, WORKERS);
console.log('done');
