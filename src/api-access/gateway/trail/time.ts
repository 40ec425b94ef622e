/**
 * Makes RFC 3339 times with microseconds, as audit events have them.
 *
 * @returns a function from milliseconds since 1970, with a fraction, to the text
 */
export function createTimeFormat(): (milliseconds: number) => string {
  // Of many requests a second all but the fraction is the same.
  let second = Number.NaN
  let prefix = ''
  return (milliseconds) => {
    const micros = Math.floor(milliseconds * 1000)
    const current = Math.floor(micros / 1e6)
    if (current !== second) {
      second = current
      prefix = new Date(current * 1000).toISOString().slice(0, 20)
    }
    return `${prefix}${String(micros - current * 1e6).padStart(6, '0')}Z`
  }
}
