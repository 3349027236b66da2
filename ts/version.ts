import { readFileSync } from 'node:fs';

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Version of this package. */
export const version: string = packageVersion();
