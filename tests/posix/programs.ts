import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tempDir } from '../helpers/mount.js';
import { missingPrograms, sh } from '../helpers/sh.js';
import type { Check, Checks } from './check.js';

const BUSY = fileURLToPath(new URL('busy.js', import.meta.url));
const PROGRAM_MS = 60_000;

/** A tree to copy: many small files, a big one, links, modes, names that scripts stumble over. */
const TREE = `
mkdir -p tree/src tree/empty 'tree/with space'
for i in $(seq 120); do echo "file $i" > tree/src/f$i.txt; done
head -c 3000000 /dev/urandom > tree/big
printf 'a\\0b' > "tree/with space/nul"
ln -s ../big tree/src/to-big; ln -s nowhere tree/dangling; ln tree/big tree/hard
chmod 600 tree/src/f1.txt; chmod 755 tree/src/f2.txt
touch -d '2001-02-03 04:05:06.789' tree/src/f3.txt
`;

/** A check that needs programs, and time. */
function using(programs: string[], check: (dir: string, other: string) => Promise<unknown>): Check {
  return async (dir, scope) => {
    const missing = await missingPrograms(...programs);
    if (missing !== undefined) scope.skip(missing);
    await check(dir, tempDir(scope, 'other-'));
  };
}

const run = (script: string, cwd: string, env: NodeJS.ProcessEnv = {}) =>
  sh(script, { cwd, timeout: PROGRAM_MS, env: { ...process.env, ...env } });

const PARTS = Array.from({ length: 12 }, (_, i) => i + 1);

/** A program of many files, which sums up what its parts return. */
const PROJECT: Record<string, string> = {
  ...Object.fromEntries(PARTS.map((i) => [`f${i}.c`, `int f${i}(void) { return ${i}; }\n`])),
  'main.c': `#include <stdio.h>
${PARTS.map((i) => `int f${i}(void);`).join('\n')}
int main(void) { printf("%d\\n", ${PARTS.map((i) => `f${i}()`).join(' + ')}); return 0; }
`,
  Makefile: `OBJECTS = $(patsubst %.c,%.o,$(wildcard *.c))
program: $(OBJECTS)
\tgcc -o $@ $^
`,
};

/** Nothing of the user's own settings has a say in the tests. */
const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
};

export const programs: Checks = {
  'git: init, add, commit, branch, gc, fsck, clone': using(['git'], async (dir) => {
    await run(
      `${TREE} rmdir tree/empty; mkdir repo; cp -r tree repo/; cd repo
      git init -q; git add .; git commit -qm one`,
      dir,
      GIT,
    );
    await run(
      `for i in 1 2 3; do echo change $i >> tree/src/f$i.txt; git commit -qam "change $i"; done
      git checkout -q -b side HEAD~2; echo side > tree/src/side; git add .; git commit -qm side
      git checkout -q -; git merge -q -m merge side; git gc -q --prune=now; git fsck --strict`,
      `${dir}/repo`,
      GIT,
    );
    assert.equal(await run('git status --porcelain', `${dir}/repo`, GIT), '');
    assert.equal((await run('git rev-list --count HEAD', `${dir}/repo`, GIT)).trim(), '6');
    await run('git clone -q repo clone; diff -r --no-dereference repo/tree clone/tree', dir, GIT);
  }),

  'tar and diff: a tree comes back as it was': using(['tar', 'diff'], async (dir, other) => {
    await run(TREE, other);
    // The default format of tar has whole seconds only.
    await run(
      `tar -C '${other}' --format=posix -cf tree.tar tree; tar -xpf tree.tar
      diff -r --no-dereference tree '${other}/tree'`,
      dir,
    );
    const list = "find . -printf '%p %y %m %s %l %TY-%Tm-%Td %TT\\n' | grep -v ' d ' | sort";
    assert.equal(await run(list, `${dir}/tree`), await run(list, `${other}/tree`));
    await run(
      `tar --format=posix -cf - tree | tar -C '${other}' --transform 's/^tree/back/' -xpf -`,
      dir,
    );
    await run('diff -r --no-dereference tree back', other);
  }),

  'rsync: -c finds nothing to do after a copy': using(['rsync'], async (dir, other) => {
    await run(TREE, other);
    await run(`rsync -aHX '${other}/tree' .; rsync -aHc --delete '${other}/tree' .`, dir);
    const again = await run(`rsync -aHcni --delete '${other}/tree' .`, dir);
    assert.equal(again, '');
    await run(`rsync -aHc tree/ '${other}/back'`, dir);
    await run('diff -r --no-dereference tree back', other);
  }),

  'sqlite3: a rollback journal keeps the database whole': using(['sqlite3'], async (dir) => {
    const fill = `PRAGMA journal_mode=delete; CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT);
      BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO t SELECT i, hex(randomblob(40)) FROM n; COMMIT; CREATE INDEX by_text ON t(text);
      DELETE FROM t WHERE id % 3 = 0; VACUUM; BEGIN; DELETE FROM t; ROLLBACK;`;
    await run(`sqlite3 base.db "${fill}"`, dir);
    const insert = (i: number) =>
      run(`sqlite3 -cmd '.timeout 20000' base.db "INSERT INTO t(text) VALUES ('${i}')"`, dir);
    await Promise.all(Array.from({ length: 8 }, (_, i) => insert(i)));
    const judged = await run(
      "sqlite3 base.db 'PRAGMA integrity_check; SELECT count(*) FROM t'",
      dir,
    );
    assert.equal(judged, `ok\n${20_000 - 6666 + 8}\n`);
    assert.equal((await run('ls', dir)).trim(), 'base.db');
  }),

  'gcc and make: a small project builds and runs': using(['gcc', 'make'], async (dir) => {
    for (const [name, text] of Object.entries(PROJECT)) await writeFile(`${dir}/${name}`, text);
    await run('make -s -j2; make -q', dir);
    assert.equal(await run('./program', dir), '78\n');
  }),

  'node: a script that uses fs heavily': using([], async (dir) => {
    const report = await run(`'${process.execPath}' '${BUSY}' .`, dir);
    assert.equal(report.trim(), 'done');
  }),
};
