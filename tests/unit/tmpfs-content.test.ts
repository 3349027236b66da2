import { strict as assert } from 'node:assert';
import { Content } from '#dist/examples/tmpfs/content.js';
import { Memory, PAGE_SIZE } from '#dist/examples/tmpfs/memory.js';
import { Quota } from '#dist/examples/tmpfs/quota.js';
import { until } from '../helpers/deadline.js';
import { random, randomBytes } from '../helpers/random.js';
import { suite } from '../helpers/suite.js';

const ROOM = 1024 * PAGE_SIZE;

function make(room = ROOM): { content: Content; quota: Quota } {
  const quota = new Quota(room);
  return { content: new Content(new Memory(quota)), quota };
}

function bytes(content: Content, offset = 0, length = content.size - offset): Buffer {
  // Bytes that read does not fill must show.
  const into = Buffer.alloc(length, 0xee);
  return into.subarray(0, content.read(offset, into));
}

const content = suite('content of a tmpfs file');

content('holds what is written, and ends where the last byte is', () => {
  const { content } = make();
  content.write(3, Buffer.from('abc'));
  assert.equal(bytes(content).toString(), '\0\0\0abc');
  assert.equal(bytes(content, 4, 100).toString(), 'bc');
  assert.equal(bytes(content, 6, 100).length, 0);
  assert.equal(bytes(content, 1e15, 100).length, 0);
});

content('takes no memory for holes', () => {
  const { content } = make();
  content.write(2 ** 40, Buffer.from('x'));
  assert.equal(content.size, 2 ** 40 + 1);
  assert.equal(content.allocated, PAGE_SIZE);
  content.resize(2 ** 50);
  assert.equal(content.allocated, PAGE_SIZE);
  assert.deepEqual(bytes(content, 2 ** 45, 5), Buffer.alloc(5));
});

content('shows zeros where it was cut and grown again', () => {
  const { content } = make();
  content.write(0, Buffer.alloc(3 * PAGE_SIZE, 1));
  content.resize(10);
  assert.equal(content.allocated, PAGE_SIZE);
  content.resize(3 * PAGE_SIZE);
  assert.deepEqual(bytes(content, 10), Buffer.alloc(3 * PAGE_SIZE - 10));
  assert.deepEqual(bytes(content, 0, 10), Buffer.alloc(10, 1));
});

content('is as it was when a write or an allocation finds no room', () => {
  const { content, quota } = make(4 * PAGE_SIZE);
  content.write(0, Buffer.alloc(2 * PAGE_SIZE, 1));
  const before = bytes(content);
  const noRoom = { code: 'ENOSPC' };
  assert.throws(() => content.write(PAGE_SIZE, Buffer.alloc(4 * PAGE_SIZE, 2)), noRoom);
  assert.throws(() => content.allocate(PAGE_SIZE, 4 * PAGE_SIZE, false), noRoom);
  assert.throws(() => content.zeroRange(PAGE_SIZE, 4 * PAGE_SIZE, false), noRoom);
  assert.deepEqual(bytes(content), before);
  assert.equal(quota.free, 2 * PAGE_SIZE);
  content.write(PAGE_SIZE, Buffer.alloc(3 * PAGE_SIZE, 2));
  assert.equal(quota.free, 0);
  content.write(0, Buffer.alloc(4 * PAGE_SIZE, 3));
});

content('refuses at once what is far too much', () => {
  const { content } = make(Number.MAX_SAFE_INTEGER);
  assert.throws(() => content.allocate(0, 2 ** 52, false), { code: 'EFBIG' });
  const { content: small } = make();
  assert.throws(() => small.allocate(0, 2 ** 40, false), { code: 'ENOSPC' });
  const last = Number.MAX_SAFE_INTEGER;
  assert.throws(() => content.write(last, Buffer.alloc(2)), { code: 'EFBIG' });
  assert.throws(() => content.allocate(last, 2, true), { code: 'EFBIG' });
});

content('keeps the room that was allocated beyond its end until it is cut', () => {
  const { content, quota } = make(8 * PAGE_SIZE);
  content.write(0, Buffer.from('abc'));
  content.allocate(0, 8 * PAGE_SIZE, true);
  assert.equal(content.size, 3);
  assert.equal(quota.free, 0);
  content.write(5 * PAGE_SIZE, Buffer.from('x'));
  assert.equal(bytes(content, 0, 5).toString(), 'abc\0\0');
  content.resize(3);
  assert.equal(quota.free, 7 * PAGE_SIZE);
  content.allocate(0, 8 * PAGE_SIZE, true);
  content.resize(3);
  assert.equal(quota.free, 7 * PAGE_SIZE);
});

content('gives back whole pages of a punched hole, and the last page with its end', () => {
  const { content } = make();
  const size = 4 * PAGE_SIZE + 100;
  content.write(0, Buffer.alloc(size, 1));
  content.punchHole(PAGE_SIZE - 10, PAGE_SIZE + 20);
  assert.equal(content.allocated, 4 * PAGE_SIZE);
  content.punchHole(4 * PAGE_SIZE, 100);
  assert.equal(content.allocated, 3 * PAGE_SIZE);
  const expected = Buffer.alloc(size, 1);
  expected.fill(0, PAGE_SIZE - 10, 2 * PAGE_SIZE + 10).fill(0, 4 * PAGE_SIZE);
  assert.deepEqual(bytes(content), expected);
});

content('finds data and holes', () => {
  const { content } = make();
  content.write(10 * PAGE_SIZE + 5, Buffer.from('x'));
  content.write(2 ** 40, Buffer.from('y'));
  content.resize(2 ** 41);
  assert.equal(content.nextData(0), 10 * PAGE_SIZE);
  assert.equal(content.nextData(10 * PAGE_SIZE + 7), 10 * PAGE_SIZE + 7);
  assert.equal(content.nextData(11 * PAGE_SIZE), 2 ** 40);
  assert.equal(content.nextData(2 ** 40 + PAGE_SIZE), undefined);
  assert.equal(content.nextHole(3), 3);
  assert.equal(content.nextHole(10 * PAGE_SIZE), 11 * PAGE_SIZE);
  content.resize(2 ** 40 + 1);
  assert.equal(content.nextHole(2 ** 40), 2 ** 40 + 1);
  content.punchHole(2 ** 40, 1);
  assert.equal(content.nextData(11 * PAGE_SIZE), undefined);
});

content('copies holes as holes, and as much as there is room for', () => {
  const { content: source } = make();
  source.write(0, Buffer.alloc(PAGE_SIZE, 1));
  source.write(3 * PAGE_SIZE, Buffer.alloc(2 * PAGE_SIZE, 2));
  const { content: copy } = make();
  copy.write(0, Buffer.alloc(5 * PAGE_SIZE, 9));
  assert.equal(copy.copyFrom(source, 0, 0, 2 ** 30), 5 * PAGE_SIZE);
  assert.deepEqual(bytes(copy), bytes(source));
  assert.equal(copy.allocated, source.allocated);
  assert.equal(copy.copyFrom(source, 5 * PAGE_SIZE, 0, 10), 0);

  const { content: small } = make(PAGE_SIZE);
  assert.equal(small.copyFrom(source, 0, 0, 5 * PAGE_SIZE), 3 * PAGE_SIZE);
  assert.deepEqual(bytes(small), bytes(source, 0, 3 * PAGE_SIZE));
  assert.throws(() => small.copyFrom(source, 3 * PAGE_SIZE, PAGE_SIZE, 10), { code: 'ENOSPC' });
});

content('takes no memory for room that is reserved', () => {
  const { content } = make(2 ** 30);
  const before = process.memoryUsage.rss();
  content.allocate(0, 2 ** 28, false);
  assert.ok(process.memoryUsage.rss() - before < 2 ** 26);
  content.write(PAGE_SIZE + 1, Buffer.from('x'));
  assert.deepEqual(bytes(content, PAGE_SIZE, 3), Buffer.from('\0x\0'));
  assert.deepEqual(bytes(content, 3 * PAGE_SIZE, 3), Buffer.alloc(3));
});

content('leaves no memory with the process for zeros and for what is freed', async () => {
  const { content } = make(2 ** 30);
  const size = 10_000 * PAGE_SIZE;
  const before = process.memoryUsage.rss();
  const used = () => process.memoryUsage.rss() - before;
  const data = Buffer.alloc(PAGE_SIZE, 1);
  const fill = () => {
    for (let offset = 0; offset < size; offset += PAGE_SIZE) content.write(offset, data);
    assert.ok(used() > size * 0.8, `${used()} bytes in use`);
  };
  const endings = [
    () => content.zeroRange(0, size, false),
    () => content.punchHole(0, size),
    () => content.resize(0),
    () => content.free(),
  ];
  for (const end of endings) {
    fill();
    end();
    await until(() => used() < size * 0.5, 3000, 'memory given back');
  }
});

content('gives all memory back', () => {
  const { content, quota } = make();
  content.write(0, Buffer.alloc(PAGE_SIZE * 3, 1));
  content.allocate(2 ** 40, PAGE_SIZE, true);
  content.free();
  assert.equal(quota.free, ROOM);
});

/** What a file of plain bytes would hold. */
class Shadow {
  bytes = Buffer.alloc(0);

  resize(size: number): void {
    const next = Buffer.alloc(size);
    this.bytes.copy(next);
    this.bytes = next;
  }

  put(offset: number, data: Buffer): void {
    if (offset + data.length > this.bytes.length) this.resize(offset + data.length);
    data.copy(this.bytes, offset);
  }

  zero(offset: number, end: number): void {
    this.bytes.fill(0, Math.min(offset, this.bytes.length), Math.min(end, this.bytes.length));
  }
}

content('equals a file of plain bytes after any sequence of changes', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const pick = random(seed);
    const { content, quota } = make();
    const shadow = new Shadow();
    const { content: other } = make();
    other.write(PAGE_SIZE, randomBytes(seed, 3 * PAGE_SIZE));
    other.resize(6 * PAGE_SIZE);
    for (let step = 0; step < 200; step++) {
      // Near a page boundary half of the time: that is where mistakes live.
      const near = pick(8) * PAGE_SIZE + pick(3) - 1;
      const offset = pick(2) ? Math.max(0, near) : pick(9 * PAGE_SIZE);
      const length = 1 + (pick(2) ? pick(2 * PAGE_SIZE) : pick(4) * PAGE_SIZE);
      const keepSize = pick(2) === 0;
      const action = pick(6);
      const what = `seed ${seed} step ${step}: action ${action} at ${offset} for ${length}`;
      if (action === 0) {
        const data = randomBytes(step + 1, length);
        content.write(offset, data);
        shadow.put(offset, data);
      } else if (action === 1) {
        content.resize(offset);
        shadow.resize(offset);
      } else if (action === 2) {
        content.punchHole(offset, length);
        shadow.zero(offset, offset + length);
      } else if (action === 3) {
        content.zeroRange(offset, length, keepSize);
        if (!keepSize) shadow.resize(Math.max(shadow.bytes.length, offset + length));
        shadow.zero(offset, offset + length);
      } else if (action === 4) {
        content.allocate(offset, length, keepSize);
        if (!keepSize) shadow.resize(Math.max(shadow.bytes.length, offset + length));
      } else {
        const from = pick(7 * PAGE_SIZE);
        const copied = content.copyFrom(other, from, offset, length);
        assert.equal(copied, Math.max(0, Math.min(length, other.size - from)), what);
        if (copied > 0) shadow.put(offset, bytes(other, from, copied));
      }
      assert.equal(content.size, shadow.bytes.length, what);
      assert.ok(bytes(content).equals(shadow.bytes), what);
      assert.equal(content.allocated, ROOM - quota.free, what);
      for (let end = 0; end < content.size; ) {
        const data = content.nextData(end) ?? content.size;
        assert.ok(
          shadow.bytes.subarray(end, data).every((byte) => byte === 0),
          what,
        );
        end = content.nextHole(data);
      }
    }
  }
});
