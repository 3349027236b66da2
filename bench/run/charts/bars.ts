import type { Summary } from '../statistics.js';
import { number } from '../table.js';
import { chart, element, line, MARGIN, TITLE_HEIGHT, text } from './svg.js';

export interface Bar {
  readonly label: string;
  /** How it is painted. */
  readonly kind: string;
  /** Or why there is no bar. */
  readonly value: Summary | string;
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const COLUMNS = 2;
const COLUMN = 440;
const LABEL = 148;
const VALUE = 78;
const BAR = 20;
const HEADING = 26;
const GAP = 20;

function draw({ label, kind, value }: Bar, x: number, y: number, most: number): string[] {
  const start = x + LABEL;
  const middle = y + BAR / 2;
  const name = text(start - 8, middle + 4, label, { 'text-anchor': 'end' });
  if (typeof value === 'string') {
    return [name, text(start + 4, middle + 4, value, { class: 'note' })];
  }
  const width = COLUMN - LABEL - VALUE - MARGIN;
  const at = (number: number) => start + (number / most) * width;
  const rect = { x: start, y: y + 3, width: at(value.median) - start, height: BAR - 6 };
  return [
    name,
    element('rect', { ...rect, class: kind }),
    ...(value.count > 1 ? [line(at(value.least), middle, at(value.most), middle, 'range')] : []),
    text(at(value.most) + 6, middle + 4, number(value.median)),
  ];
}

function drawPanel({ title, bars }: Panel, x: number, y: number): string[] {
  const most = Math.max(
    ...bars.map(({ value }) => (typeof value === 'string' ? 0 : value.most)),
    Number.MIN_VALUE,
  );
  return [
    text(x, y + 14, title, { class: 'heading' }),
    ...bars.flatMap((bar, i) => draw(bar, x, y + HEADING + i * BAR, most)),
    line(x + LABEL, y + HEADING, x + LABEL, y + HEADING + bars.length * BAR, 'axis'),
  ];
}

/** Panels of bars, two in a row; each panel has a scale of its own, which starts at 0. */
export function barChart(title: string, note: string, panels: readonly Panel[]): string {
  const heights: number[] = [];
  panels.forEach(({ bars }, i) => {
    const row = Math.floor(i / COLUMNS);
    heights[row] = Math.max(heights[row] ?? 0, HEADING + bars.length * BAR + GAP);
  });
  const top = (row: number) => TITLE_HEIGHT + heights.slice(0, row).reduce((a, b) => a + b, 0);
  const drawn = panels.flatMap((panel, i) =>
    drawPanel(panel, MARGIN + (i % COLUMNS) * COLUMN, top(Math.floor(i / COLUMNS))),
  );
  const width = Math.min(panels.length, COLUMNS) * COLUMN + MARGIN;
  return chart([width, top(heights.length)], title, note, drawn);
}
