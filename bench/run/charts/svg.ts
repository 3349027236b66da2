/** Drawing by hand: elements as text, and one look for all charts. */

export type Attributes = Readonly<Record<string, string | number>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

const shown = (value: string | number) =>
  typeof value === 'number' ? `${Math.round(value * 10) / 10}` : escaped(value);

export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${shown(value)}"`);
  return content === ''
    ? `<${name}${list.join('')}/>`
    : `<${name}${list.join('')}>${content}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return element('line', { x1, y1, x2, y2, class: kind });
}

/** The panel is painted, and changes together with the text, so that both fit on any page. */
const STYLE = `
  .panel { fill: #ffffff; stroke: #d1d9e0 }
  text { fill: #1f2328; font: 13px system-ui, "DejaVu Sans", sans-serif }
  .title { font-size: 16px; font-weight: 600 }
  .heading { font-weight: 600 }
  .note { fill: #59636e; font-size: 12px }
  .axis { stroke: #818b98 }
  .grid { stroke: #d1d9e0 }
  .range { stroke: #1f2328; stroke-width: 1.5 }
  .target { stroke: #1f2328; stroke-width: 3 }
  .ours { fill: #0969da }
  .c { fill: #818b98 }
  .other { fill: #d4a72c }
  .raw { fill: #afb8c1 }
  .met { fill: #1a7f37 }
  .unmet { fill: #d1242f }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .note { fill: #9198a1 }
    .axis { stroke: #9198a1 }
    .grid { stroke: #3d444d }
    .range, .target { stroke: #f0f6fc }
    .ours { fill: #4493f8 }
    .c { fill: #9198a1 }
    .other { fill: #bb8009 }
    .raw { fill: #656c76 }
    .met { fill: #3fb950 }
    .unmet { fill: #f85149 }
  }
`;

export const MARGIN = 16;
export const TITLE_HEIGHT = 58;

/** A whole chart: a title, a note below it, and what is drawn further down. */
export function chart(
  [width, height]: readonly [number, number],
  title: string,
  note: string,
  content: readonly string[],
): string {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const panel = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6, class: 'panel' };
  const parts = [
    element('title', {}, escaped(title)),
    element('style', {}, STYLE),
    element('rect', panel),
    text(MARGIN, MARGIN + 12, title, { class: 'title' }),
    text(MARGIN, MARGIN + 31, note, { class: 'note' }),
    ...content,
  ];
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img' };
  return `${element('svg', attributes, `\n${parts.join('\n')}\n`)}\n`;
}
