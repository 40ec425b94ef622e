import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Ports that the kernel gives to nobody by itself: Linux takes them from 32768 on (net.ipv4.ip_local_port_range), Kubernetes the
 * node ports of services from 30000 on. One that was free when it was looked at would else be another's by the time it is used.
 */
const FIRST = 20_000
const END = 30_000
const TRIES = 100

/** Ports that nobody listens on now, all different, and that are given to nobody who asks for any port. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  for (let tries = 0; found.size < count; tries++) {
    if (tries === TRIES * count) throw new Error(`no ${count} free ports from ${FIRST} to ${END - 1}`)
    const port = randomInt(FIRST, END)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer().on('error', () => done(false))
    // Without an address: whoever listens on any one has the port.
    server.listen(port, () => server.close(() => done(true)))
  })
}
