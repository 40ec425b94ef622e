/** Falco's own times (libs, sinsp_dns_manager): ten seconds, doubled up to 320 while the answer stays the same. */
const FIRST_WAIT = 10_000
const LONGEST_WAIT = 320_000
/** Names at once, at most; further ones are not looked up. */
const MOST_NAMES = 1000

interface Known {
  addresses: readonly string[]
  wait: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Addresses of the names that rules compare with: what a name stands for is looked up, and looked up anew, beside the events.
 * An address has those of the names that lead to it; nobody is asked for the name of an address.
 */
export class HostNames {
  /** Names by address, carried on in place. */
  readonly byAddress = new Map<string, readonly string[]>()
  private readonly known = new Map<string, Known>()
  private readonly lookup: (name: string) => Promise<readonly string[]>

  /** @param lookup - addresses of a name, as text; rejects with the code `ENOTFOUND` where there is no such name */
  constructor(lookup: (name: string) => Promise<readonly string[]>) {
    this.lookup = lookup
  }

  /** Looks up these names from now on, and no others. */
  want(names: Iterable<string>): void {
    const wanted = new Set([...names].slice(0, MOST_NAMES))
    for (const [name, { timer }] of this.known) {
      if (wanted.has(name)) continue
      clearTimeout(timer)
      this.known.delete(name)
    }
    for (const name of wanted) {
      if (this.known.has(name)) continue
      this.known.set(name, { addresses: [], wait: FIRST_WAIT, timer: undefined })
      void this.refresh(name)
    }
    this.index()
  }

  close(): void {
    this.want([])
  }

  private async refresh(name: string): Promise<void> {
    const known = this.known.get(name)
    if (known === undefined) return
    const addresses = await this.lookup(name)
      .then((found) => [...new Set(found.map(plainAddress))].sort())
      // A name server that cannot be reached says nothing of the name.
      .catch((error: unknown) => (isUnknownName(error) ? [] : known.addresses))
    if (this.known.get(name) !== known) return
    const isSame = addresses.join() === known.addresses.join()
    known.wait = isSame && known.addresses.length > 0 ? Math.min(known.wait * 2, LONGEST_WAIT) : FIRST_WAIT
    known.addresses = addresses
    known.timer = setTimeout(() => void this.refresh(name), known.wait).unref()
    if (!isSame) this.index()
  }

  private index(): void {
    this.byAddress.clear()
    for (const [name, { addresses }] of this.known)
      for (const address of addresses)
        this.byAddress.set(address, [...(this.byAddress.get(address) ?? []), name])
  }
}

/** An IPv4 address that is mapped into IPv6 is that IPv4 address. */
function plainAddress(address: string): string {
  return /^::ffff:[\d.]+$/.test(address) ? address.slice('::ffff:'.length) : address
}

function isUnknownName(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND'
}
