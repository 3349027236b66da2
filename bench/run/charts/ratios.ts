import { number } from '../table.js';
import { chart, element, line, MARGIN, TITLE_HEIGHT, text } from './svg.js';

export interface Ratio {
  readonly label: string;
  /** 1 is as good as C, 2 takes twice as long or does half as much. */
  readonly value: number;
  /** Where the target is, if there is one. */
  readonly target?: number;
  readonly isMet?: boolean;
}

const WIDTH = 896;
const LABEL = 420;
const VALUE = 60;
const ROW = 22;
const AXIS = 34;
const RADIUS = 5;
const TICKS = [0.125, 0.25, 0.5, 1, 2, 4, 8];

/** Where a ratio is between the first and the last tick: twice is as far as half. */
function place(value: number, ticks: readonly number[]): number {
  const [first = 1, last = 1] = [ticks[0], ticks.at(-1)];
  const part = Math.log(value / first) / Math.log(last / first);
  return LABEL + Math.min(1, Math.max(0, part)) * (WIDTH - LABEL - VALUE - MARGIN);
}

/** A dot for each ratio, and a mark where its target is. */
export function ratioChart(title: string, note: string, ratios: readonly Ratio[]): string {
  const values = ratios.flatMap(({ value, target = value }) => [value, target]);
  const ticks = TICKS.filter((tick, i) => {
    const [below = 0, above = Number.POSITIVE_INFINITY] = [TICKS[i - 1], TICKS[i + 1]];
    const isWithin = values.some((value) => value > below && value < above);
    return tick === 1 || isWithin;
  });
  const bottom = TITLE_HEIGHT + ratios.length * ROW + 6;
  const axis = ticks.flatMap((tick) => [
    line(
      place(tick, ticks),
      TITLE_HEIGHT,
      place(tick, ticks),
      bottom,
      tick === 1 ? 'axis' : 'grid',
    ),
    text(place(tick, ticks), bottom + 18, `${tick}`, { 'text-anchor': 'middle' }),
  ]);
  const dots = ratios.flatMap(({ label, value, target, isMet }, i) => {
    const y = TITLE_HEIGHT + (i + 0.5) * ROW;
    const kind = isMet === undefined ? 'c' : isMet ? 'met' : 'unmet';
    const mark = target === undefined ? undefined : place(target, ticks);
    return [
      text(LABEL - 14, y + 4, label, { 'text-anchor': 'end' }),
      ...(mark === undefined ? [] : [line(mark, y - 8, mark, y + 8, 'target')]),
      element('circle', { cx: place(value, ticks), cy: y, r: RADIUS, class: kind }),
      text(WIDTH - MARGIN, y + 4, number(value), { 'text-anchor': 'end' }),
    ];
  });
  return chart([WIDTH, bottom + AXIS], title, note, [...axis, ...dots]);
}
