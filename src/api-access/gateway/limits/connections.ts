import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

export interface ConnectionLimits {
  /** Of all clients together. */
  readonly total: number
  /** From one address; three quarters of all, where it is not given, as of every other place that clients share. */
  readonly perAddress?: number
}

/** Counts connections, so that their memory is bounded and no one address shuts out all others. */
export class ConnectionPlaces {
  readonly #total: number
  readonly #perAddress: number
  readonly #taken = new Map<string, number>()
  #count = 0

  constructor({ total, perAddress = Math.ceil(total * 0.75) }: ConnectionLimits) {
    this.#total = total
    this.#perAddress = perAddress
  }

  get count(): number {
    return this.#count
  }

  /**
   * Takes a place for a connection.
   *
   * @param address - of the client; `''` where it has gone already
   * @returns gives the place back, of no effect the second time; or which limit there is no place under
   */
  take(address: string): (() => void) | 'total' | 'address' {
    if (this.#count >= this.#total) return 'total'
    const host = hostOf(address)
    const taken = this.#taken.get(host) ?? 0
    if (taken >= this.#perAddress) return 'address'
    this.#taken.set(host, taken + 1)
    this.#count++
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#count--
      const left = (this.#taken.get(host) ?? 1) - 1
      if (left === 0) this.#taken.delete(host)
      else this.#taken.set(host, left)
    }
  }
}

/** Who has IPv6 has a network of addresses, 2^64 of them at least: they count as one. */
function hostOf(address: string): string {
  if (!isIPv6(address)) return address
  const parsed = ipaddr.IPv6.parse(address.split('%', 1)[0] ?? '')
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString()
  // What is sent within a network alone has no network of its own.
  return parsed.range() === 'linkLocal' ? address : parsed.parts.slice(0, 4).join(':')
}
