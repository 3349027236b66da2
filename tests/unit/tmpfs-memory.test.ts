import { strict as assert } from 'node:assert';
import { Memory, PAGE_SIZE, type Page } from '#dist/examples/tmpfs/memory.js';
import { Quota } from '#dist/examples/tmpfs/quota.js';
import { until } from '../helpers/deadline.js';
import { random } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

const pool = suite('memory of tmpfs');

function take(memory: Memory, count: number): Page[] {
  return Array.from({ length: count }, () => memory.take());
}

pool('belongs to the process hardly longer than it is used', async () => {
  const memory = new Memory(new Quota(0));
  const before = process.memoryUsage.rss();
  const pages = take(memory, 30_000);
  for (const { bytes } of pages) bytes.fill(1);
  const used = process.memoryUsage.rss() - before;
  assert.ok(used > 25_000 * PAGE_SIZE, `${used} bytes in use`);
  for (const page of pages) memory.give(page);
  const left = () => process.memoryUsage.rss() - before;
  assert.ok(left() < 22_000 * PAGE_SIZE, `${left()} bytes left at once`);
  await until(() => left() < 6_000 * PAGE_SIZE, 3000, 'memory given back');
});

pool('is kept for a while', async () => {
  const memory = new Memory(new Quota(0));
  const wave = () => {
    const pages = take(memory, 5000);
    for (const page of pages) memory.give(page);
    return new Set(pages.map(({ slab }) => slab));
  };
  const slabs = wave();
  assert.equal(slabs.size, 5);
  for (let i = 0; i < 8; i++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const slab of wave()) assert.ok(slabs.has(slab), 'used again and again');
  }
});

pool('never gives a page to two at once', () => {
  const memory = new Memory(new Quota(0));
  const pick = random(7);
  const held: { page: Page; mark: number }[] = [];
  for (let mark = 0; mark < 60_000; mark++) {
    // Waves of 6000 pages, which fill and empty several slabs.
    const growing = mark % 12_000 < 6000;
    if (growing || held.length === 0) {
      const page = memory.take();
      assert.equal(page.bytes.length, PAGE_SIZE);
      page.bytes.fill(0).writeUInt32LE(mark);
      held.push({ page, mark });
    } else {
      const [last] = held.splice(pick(held.length), 1);
      assert.equal(last?.page.bytes.readUInt32LE(), last?.mark);
      if (last) memory.give(last.page);
    }
  }
});

pool('is used again before there is more', () => {
  const memory = new Memory(new Quota(0));
  const pages = take(memory, 3000);
  for (const page of pages.slice(0, 2000)) memory.give(page);
  const slabs = new Set(pages.map(({ slab }) => slab));
  const again = take(memory, 900);
  assert.ok(again.every(({ slab }) => slabs.has(slab)));
  for (const page of [...pages.slice(2000), ...again]) memory.give(page);
  assert.ok(slabs.has(memory.take().slab), 'one slab is kept');
});
