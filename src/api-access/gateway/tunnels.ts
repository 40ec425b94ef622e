import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { isLongRunning } from '../request/index.ts'
import { peerOf } from './carrier/http.ts'
import { IdentityError } from './carrier/identity.ts'
import { presentedHeaders } from './carrier/presented-headers.ts'
import { outgoingHeaders } from './carrier/request-headers.ts'
import { badUpgrade, refuseUpgrade, tunnel, wantedProtocol } from './carrier/upgrade.ts'
import type { ServingOptions } from './exchange.ts'
import type { Passage, Rejection } from './pipeline/pipeline.ts'
import {
  type FailureStatus,
  gateNotAccepted,
  internalError,
  serviceUnavailable,
  tooManyRequests,
} from './pipeline/status.ts'
import { recordBehind } from './trail/decision-behind.ts'

/** Serves a request that asks for another protocol, until its connection ends. Never throws. */
export async function serveUpgrade(
  options: ServingOptions,
  request: IncomingMessage,
  socket: Duplex,
  first: Buffer,
): Promise<void> {
  const entered = await options.pipeline.enter({
    method: request.method ?? '',
    target: request.url ?? '',
    presented: { headers: presentedHeaders(request), ...peerOf(request) },
  })
  const { trace, info } = entered
  let code: number
  try {
    code = await pass(options, request, socket, first, entered)
  } catch (error) {
    options.onError(error)
    const status =
      error instanceof IdentityError
        ? internalError(error.message)
        : serviceUnavailable('the API server behind the gate cannot be reached')
    code = refuse(options, socket, entered, status)
  }
  trace.complete(code)
  options.metrics?.request(info, code, -1)
}

async function pass(
  options: ServingOptions,
  request: IncomingMessage,
  socket: Duplex,
  first: Buffer,
  entered: Passage | Rejection,
): Promise<number> {
  const { upstream, inFlight, admission, metrics, requestTimeout, ending } = options
  const { trace } = entered
  await trace.commit()
  if ('status' in entered) return refuse(options, socket, entered, entered.status)
  const { attributes } = entered
  const protocol = wantedProtocol(request)
  if (protocol === undefined || !isLongRunning(attributes))
    return refuse(options, socket, entered, badUpgrade)
  const release = await inFlight.enter(attributes)
  if (release === undefined) return refuse(options, socket, entered, tooManyRequests)
  const ended = metrics?.longRunning(attributes)
  try {
    const headers = outgoingHeaders(request.rawHeaders, peerOf(request).address, entered)
    headers.push('connection', 'Upgrade', 'upgrade', protocol)
    const method = request.method ?? 'GET'
    const call = { passage: entered, method, target: request.url ?? '', body: undefined, headers }
    const admitted = await admission?.admit(call)
    if (admitted?.kind === 'answered')
      return refuse(
        options,
        socket,
        entered,
        admitted.answer.status ?? internalError('admission could not be decided'),
      )
    const outgoing = { method, target: request.url ?? '', headers, body: undefined, timeout: requestTimeout }
    const code = await tunnel(upstream, outgoing, socket, first, ending, (status, body) => {
      recordBehind(entered, status, body)
      if (status === 101) trace.started(101)
    })
    return code === 401 ? refuse(options, socket, entered, gateNotAccepted) : code
  } finally {
    release()
    ended?.()
  }
}

function refuse(
  { ending }: ServingOptions,
  socket: Duplex,
  { trace }: Passage | Rejection,
  status: FailureStatus,
): number {
  refuseUpgrade(socket, ending, status, trace.auditId)
  trace.complete(status.code, status as never)
  return status.code
}
