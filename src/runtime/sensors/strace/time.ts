/** @param time - seconds with their decimals, as `-ttt` writes them; empty: 0. @returns nanoseconds, beyond which nothing is kept */
export function nanosecondsOf(time: string): bigint {
  const [seconds = '', fraction = ''] = time.split('.')
  return BigInt(`${seconds}${fraction.padEnd(9, '0').slice(0, 9)}`)
}
