/** A table in Markdown; all columns but the first `words` hold numbers. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  words = 1,
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = header.map((_, i) => (i < words ? '---' : '---:'));
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, '; ');
}

/** Three digits that count, or all of those before the point. */
export function number(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const [whole = '', part] = value.toFixed(Math.min(digits, 3)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** The same, or with as many digits as show on which side of a bound it lies. */
export function numberBeside(value: number, bound: number): string {
  const isRight = (text: string) =>
    Math.sign(Number(text.replaceAll(',', '')) - bound) === Math.sign(value - bound);
  const more = [3, 4, 5, 6].map((digits) => value.toFixed(digits));
  return [number(value), ...more].find(isRight) ?? number(value);
}
