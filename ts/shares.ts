/** The part of `total` that one of `count` workers gets; all parts together are the total. */
export function shareOf(total: number, count: number, worker: number): number {
  return Math.floor((total + count - 1 - worker) / count);
}
