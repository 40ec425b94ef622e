import type { Range } from './types.ts'

/** Whether an id or port lies in one of the ranges; "both ends inclusive". */
export function inRanges(value: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ min = 0, max = 0 }) => value >= min && value <= max)
}

/** Id ranges as the API server prints them in its errors, e.g. `[{1 1} {10 20}]`. */
export function formatIdRanges(ranges: readonly Range[]): string {
  return `[${ranges.map(({ min = 0, max = 0 }) => `{${min} ${max}}`).join(' ')}]`
}

/** Port ranges as the API server prints them in its errors, e.g. `80,8000-8080`. */
export function formatPortRanges(ranges: readonly Range[]): string {
  return ranges.map(({ min = 0, max = 0 }) => (min === max ? `${min}` : `${min}-${max}`)).join(',')
}
