import type { ClientRequest, ClientResponse } from '../carrier/http.ts'

/** One thing that must be in order. */
export interface HealthCheck {
  readonly name: string
  /** Whether it counts for being alive, and not only for being ready. */
  readonly live: boolean
  isHealthy(): boolean | Promise<boolean>
}

/**
 * A check that asks somebody else. Anybody may ask the gate, as often as they like: the other is asked once at a time and
 * at most this often, in milliseconds.
 */
export function atMostEvery(
  milliseconds: number,
  isHealthy: () => Promise<boolean>,
): HealthCheck['isHealthy'] {
  let asked: Promise<boolean> | undefined
  let end = 0
  return () => {
    if (asked === undefined || performance.now() > end) {
      const asking = isHealthy()
      asked = asking
      end = Number.POSITIVE_INFINITY
      const over = () => {
        end = performance.now() + milliseconds
      }
      asking.then(over, over)
    }
    return asked
  }
}

const ENDPOINT = /^\/(livez|readyz|healthz)(?:\/([a-z0-9-]+))?$/

/**
 * Answers `/livez`, `/readyz` and `/healthz`, with `?verbose`, `?exclude=NAME` and `/readyz/NAME`, as the API server
 * does (Kubernetes documentation, "Kubernetes API health endpoints"). Anybody may ask; why something failed stays inside.
 *
 * @returns false for a request that is none of these
 */
export function createHealth(
  checks: readonly HealthCheck[],
): (request: ClientRequest, response: ClientResponse) => boolean {
  return (request, response) => {
    const target = request.url ?? ''
    // Nearly all requests are for something else.
    if (target[1] !== 'l' && target[1] !== 'r' && target[1] !== 'h') return false
    const question = target.indexOf('?')
    const match = ENDPOINT.exec(question < 0 ? target : target.slice(0, question))
    if (match === null || (request.method !== 'GET' && request.method !== 'HEAD')) return false
    const [, endpoint = '', single] = match
    const query = new URLSearchParams(question < 0 ? '' : target.slice(question + 1))
    const asked = checks.filter(
      ({ name, live }) =>
        (endpoint !== 'livez' || live) &&
        (single === undefined || single === name) &&
        !query.getAll('exclude').includes(name),
    )
    request.resume()
    if (single !== undefined && asked.length === 0) send(response, 404, '404 page not found\n')
    else void answer(response, endpoint, asked, query.has('verbose'), single !== undefined)
    return true
  }
}

async function answer(
  response: ClientResponse,
  endpoint: string,
  checks: readonly HealthCheck[],
  isVerbose: boolean,
  isSingle: boolean,
): Promise<void> {
  const results = await Promise.all(checks.map(async (check) => ({ check, ok: await isHealthy(check) })))
  const lines = results.map(({ check, ok }) =>
    ok ? `[+]${check.name} ok\n` : `[-]${check.name} failed: reason withheld\n`,
  )
  const passes = results.every(({ ok }) => ok)
  if (!passes) send(response, 500, `${lines.join('')}${endpoint} check failed\n`)
  else if (isVerbose && !isSingle) send(response, 200, `${lines.join('')}${endpoint} check passed\n`)
  else send(response, 200, 'ok')
}

async function isHealthy(check: HealthCheck): Promise<boolean> {
  try {
    return await check.isHealthy()
  } catch {
    return false
  }
}

function send(response: ClientResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
