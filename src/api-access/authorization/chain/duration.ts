const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/**
 * Seconds of a duration as Go writes it: `3s`, `1h30m`, `-2m`, `0`.
 *
 * @returns undefined for text that is none
 */
export function parseGoDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined
  let seconds = 0
  for (const [, number = '', unit = ''] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    seconds += Number(number) * (UNITS[unit] ?? 0)
  return sign === '-' ? -seconds : seconds
}

/** As Go prints a duration of whole milliseconds: `1m30s`, `1h0m0s`, `500ms`. */
export function formatGoDuration(seconds: number): string {
  const sign = seconds < 0 ? '-' : ''
  const left = Math.abs(seconds)
  if (left === 0) return '0s'
  if (left < 1) return `${sign}${Number((left * 1000).toFixed(6))}ms`
  const hours = Math.floor(left / 3600)
  const minutes = Math.floor((left % 3600) / 60)
  const rest = `${Number((left % 60).toFixed(9))}s`
  if (hours > 0) return `${sign}${hours}h${minutes}m${rest}`
  return minutes > 0 ? `${sign}${minutes}m${rest}` : `${sign}${rest}`
}
