const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** RFC 3339, the offset and the time of day may be left out: then it is UTC. */
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/i

/**
 * A time as people write it: `2026-01-02T03:04:05Z`, `2026-01-02`, or how long ago, as `90s`, `1h30m`, `7d`.
 *
 * @param now - milliseconds since 1970
 * @returns milliseconds since 1970, undefined for any other text
 */
export function parseTime(text: string, now: number): number | undefined {
  if (/^(?:\d+[smhdw])+$/.test(text)) {
    const ago = [...text.matchAll(/(\d+)([smhdw])/g)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
      0,
    )
    return now - ago
  }
  const [, date, time = '00:00:00', offset = 'Z'] = TIME.exec(text) ?? []
  const milliseconds = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}${offset.toUpperCase()}`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}
