/** A shell passes on the bytes that it reads; Node could pass on nothing but UTF-8. */
const SCRIPT = `path=$(cat; echo /) && exec "$@" "\${path%/}"`;

/** A command with a path of any bytes, which is what it reads, as its last argument. */
export function onPath(...command: string[]): [file: string, args: string[]] {
  return ['sh', ['-c', SCRIPT, 'sh', ...command]];
}
