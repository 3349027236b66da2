import type { PeerName } from './registry.js';
import type { FilesystemName } from './served.js';

/** What a client does with a filesystem, to see whether all peers answer alike. */
export interface Scenario {
  /** Lines of shell, run in the mounted directory; what it prints is the answer. */
  readonly script: string;
  /** Requests that depend on how fast the answers come, and are not compared. */
  readonly uncounted?: readonly string[];
  /** Whose requests are other ones, and why. */
  readonly otherRequests?: Partial<Record<PeerName, string>>;
}

const show = "stat -c '%n %F %s %h %a %u %g'";
const showDirectory = "stat -c '%n %F %h %a %u %g'";

const stat: Scenario = {
  script: `
    for i in $(seq 20); do ${show} file; done
    ${show} none || true
    ${showDirectory} .
    ls
    ls -l | wc -l`,
  otherRequests: { 'fuse-native': 'libfuse 2 lists names without attributes' },
};

/** What programs do to files. Nothing that one of the peers for `memory` lacks. */
const work = `
  for i in $(seq 20); do head -c 4096 /dev/zero > "f$i"; done
  for i in $(seq 20); do ${show} "f$i"; done
  echo more >> f1
  tail -c 5 f1
  mkdir a a/b
  echo text > a/b/text
  cat a/b/text
  ln a/b/text a/hard
  ln -s b/text a/soft
  readlink a/soft
  cat a/soft
  mkfifo a/pipe
  ${show} a/hard a/pipe
  ${showDirectory} a a/b
  mv a/hard f2
  mv a c
  mv c c/b/c || true
  rmdir c || true
  chmod 640 f3
  truncate -s 1M f3
  truncate -s 10 f4
  truncate -s 100 f4
  ${show} f2 f3 f4
  sha256sum f1 f2 f3 f4
  ls -a . c c/b | sort
  touch -d 2001-02-03T04:05:06.789Z f5
  stat -c '%y' f5
  setfattr -n user.a -v value f6
  getfattr -d f6
  setfattr -x user.a f6
  getfattr -d f6
  rm -r c f*
  ls -A`;

export const scenarios: Readonly<Record<FilesystemName, Scenario>> = {
  stat,
  comlink: stat,

  data: {
    script: `
      for file in direct cached; do
        ${show} $file
        dd if=$file bs=1M count=16 status=none | sha256sum
        dd if=$file bs=1M count=16 skip=1000000 status=none | sha256sum
        dd if=/dev/zero of=$file bs=1M count=16 conv=notrunc status=none
        dd if=/dev/zero of=$file bs=1M count=16 conv=notrunc,fsync status=none
      done
      ls`,
  },

  passthrough: {
    script: `${work}
      echo x > attr
      fallocate -l 8192 attr
      ${show} attr
      rm attr`,
    otherRequests: {
      'c-splice': 'a page that moves into the cache loses the mark that starts the next readahead',
    },
  },

  memory: { script: work },

  listing: {
    script: `
      ls -lR | cut -c1-31 | sort | uniq -c | sort -rn | head -4
      ls -R | sha256sum
      find d010 -newermt 2001-01-01 | wc -l
      ${show} d000/f0000 d099/f0999
      ${showDirectory} . d000
      ${show} d000/none || true`,
    // What a listing has told of a name may expire before it is used.
    uncounted: ['lookup', 'getattr'],
    otherRequests: { 'fuse-native': 'libfuse 2 lists names without attributes' },
  },

  delay: {
    script: `
      ${show} slow
      dd if=slow bs=1 count=20 status=none | sha256sum`,
  },
};
