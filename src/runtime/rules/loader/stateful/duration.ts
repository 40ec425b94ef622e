const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Longer than any window that a rule can be meant to watch. */
const LONGEST = 366 * 86_400_000

/**
 * `500ms`, `30s`, `5m`, `1h30m`, `7d`: whole numbers with units, larger units first.
 *
 * @returns milliseconds; undefined for a text of another form, zero, or more than a year
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?(?:\d{1,9}ms)?$/.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhd])/g))
    total += Number(count) * (UNITS.get(unit ?? '') ?? 0)
  return total > 0 && total <= LONGEST ? total : undefined
}

/** The shortest text that `parseDuration` reads as so many milliseconds: `1h30m`. */
export function formatDuration(milliseconds: number): string {
  let rest = milliseconds
  let text = ''
  for (const [unit, length] of [...UNITS].reverse()) {
    const count = Math.floor(rest / length)
    if (count > 0) text += `${count}${unit}`
    rest -= count * length
  }
  return text
}
