import { strict as assert } from 'node:assert';
import { Entries } from '#dist/examples/tmpfs/entries.js';
import { random } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

const entries = suite('entries of a tmpfs directory');

function names(list: Entries<number>, cookie = 0): string[] {
  return [...list.after(cookie)].map(({ name }) => name);
}

function filled(count: number): Entries<number> {
  const list = new Entries<number>(2);
  for (let i = 0; i < count; i++) list.set(`name${i}`, i);
  return list;
}

entries('are found by name and listed in the order they came', () => {
  const list = filled(3);
  assert.equal(list.get('name1'), 1);
  assert.equal(list.get('name3'), undefined);
  assert.equal(list.get('constructor'), undefined);
  assert.deepEqual(names(list), ['name0', 'name1', 'name2']);
  assert.deepEqual(
    [...list.after(0)].map(({ cookie }) => cookie),
    [3, 4, 5],
  );
  assert.equal(list.lastCookie, 5);
});

entries('keep their cookie through replacement and rename', () => {
  const list = filled(3);
  list.set('name1', 7);
  list.rename('name0', 'renamed');
  assert.deepEqual(names(list), ['renamed', 'name1', 'name2']);
  assert.equal(list.get('name1'), 7);
  assert.equal(list.get('renamed'), 0);
  assert.equal(list.get('name0'), undefined);
  assert.equal(list.size, 3);
});

entries('never give a cookie twice', () => {
  const list = filled(1);
  const seen = new Set<number>();
  for (let i = 0; i < 200; i++) {
    list.delete('again');
    list.set('again', i);
    for (const { name, cookie } of list.after(0)) if (name === 'again') seen.add(cookie);
  }
  assert.equal(seen.size, 200);
});

entries('go on after the cookie of an entry that is gone', () => {
  const list = filled(100);
  for (let i = 0; i < 90; i++) list.delete(`name${i}`);
  const cookieOf50 = 53;
  assert.deepEqual(names(list, cookieOf50)[0], 'name90');
  assert.equal(names(list, cookieOf50).length, 10);
  assert.deepEqual(names(list, list.lastCookie), []);
});

entries('neither repeat nor skip a name while others come and go', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const pick = random(seed);
    const list = filled(200);
    const staying = new Set(names(list).filter(() => pick(3) > 0));
    const seen: string[] = [];
    let cookie = 0;
    for (let page = 0; ; page++) {
      const before = seen.length;
      for (const entry of list.after(cookie)) {
        if (seen.length - before === 10) break;
        seen.push(entry.name);
        cookie = entry.cookie;
      }
      if (seen.length === before) break;
      for (const { name } of [...list.after(0)]) {
        const fate = pick(10);
        if (fate === 0) list.set(name, page);
        else if (staying.has(name)) continue;
        else if (fate < 4) list.delete(name);
        else if (fate < 7) list.rename(name, `${name}-${page}`);
      }
      if (page < 10) list.set(`new${page}`, page);
    }
    for (const name of staying) {
      assert.equal(seen.filter((other) => other === name).length, 1, `seed ${seed}: ${name}`);
    }
    const origins = seen.map((name) => name.split('-')[0]);
    assert.equal(new Set(origins).size, origins.length, `seed ${seed}: a renamed entry repeats`);
  }
});

entries('cost nothing once they are removed', () => {
  const count = 100_000;
  const list = filled(count);
  for (let i = 0; i < count; i++) list.delete(`name${i}`);
  assert.equal(list.size, 0);
  const start = performance.now();
  // Past a hundred thousand removed entries each time, this would take seconds.
  for (let i = 0; i < 20_000; i++) assert.equal(list.after(0)[Symbol.iterator]().next().done, true);
  assert.ok(performance.now() - start < 1000);
});
