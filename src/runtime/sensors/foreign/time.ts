/** Nanoseconds since 1970 of a time in RFC 3339, as digits; undefined for what is none. */
export function nanosecondsOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const found = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:?\d{2})$/.exec(text)
  if (found === null) return undefined
  const [, seconds = '', fraction = '', zone = 'Z'] = found
  const milliseconds = Date.parse(`${seconds}${zone}`)
  if (Number.isNaN(milliseconds) || milliseconds < 0) return undefined
  return String(BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')))
}
