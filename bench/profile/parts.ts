import { basename } from 'node:path';

/** What CPU time is spent on, in the order of the table. */
export const parts = [
  'the kernel',
  'JavaScript',
  'WebAssembly',
  'the shim',
  "Node's own code",
  'the C library',
  'all else, in C the filesystem and libfuse',
] as const;

export type Part = (typeof parts)[number];

/** The part that a sample is of, by its function and the file that has it, as perf names them. */
export function partOf(symbol: string, file: string): Part {
  if (file.includes('[kernel') || file.includes('[guest.kernel')) return 'the kernel';
  if (/^(JS:)?wasm-/.test(symbol)) return 'WebAssembly';
  if (symbol.startsWith('JS:') || file.startsWith('[JIT]')) return 'JavaScript';
  const name = basename(file);
  if (/\.map$|^\/\/anon$/.test(name)) return 'JavaScript';
  if (name === 'shim.node') return 'the shim';
  if (name === 'node') return "Node's own code";
  if (/^lib(c|stdc\+\+|gcc_s|pthread)\b|^\[vdso\]$/.test(name)) return 'the C library';
  return 'all else, in C the filesystem and libfuse';
}

/** How many samples each part has. @param text what `perf script -F ip,sym,dso` has printed. */
export function countParts(text: string): Map<Part, number> {
  const counts = new Map<Part, number>(parts.map((part) => [part, 0]));
  for (const [, symbol = '', file = ''] of text.matchAll(/^\s*[0-9a-f]+ (.*) \((.*)\)$/gm)) {
    const part = partOf(symbol, file);
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}
