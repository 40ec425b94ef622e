import { CAPABILITIES } from '../../../../kubernetes/index.ts'

const known = new Map<bigint, string>()
const MOST_KNOWN = 1000

/** `CAP_CHOWN CAP_KILL …`, empty for none. */
export function capabilityNames(bits: bigint): string {
  const found = known.get(bits)
  if (found !== undefined) return found
  const names = CAPABILITIES.filter((_, bit) => (bits >> BigInt(bit)) & 1n).map((name) => `CAP_${name}`)
  const text = names.join(' ')
  if (known.size < MOST_KNOWN) known.set(bits, text)
  return text
}
