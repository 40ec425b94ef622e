import type { Writable } from 'node:stream'
import { createFileTransport } from './file-output.ts'
import type { HttpOptions } from './http-output.ts'
import type { AlertOutput, Transport } from './output.ts'
import { createQueuedOutput, type QueueOptions } from './queued-output.ts'
import { createStreamTransport, type StreamFormat } from './stream-output.ts'

export const OUTPUT_KINDS = ['stdout', 'file', 'http', 'program', 'syslog', 'cloudevents'] as const
export type OutputKind = (typeof OUTPUT_KINDS)[number]

export interface OutputRequest {
  readonly kind: OutputKind
  /** A path, an address, a command; nothing for standard output. */
  readonly target: string
  /** For outputs of lines. */
  readonly format: StreamFormat
}

export interface OutputSettings extends QueueOptions {
  readonly stdout: Writable
  readonly http?: HttpOptions
}

/** Opens an output. @returns undefined for a target that the kind cannot have */
export async function openOutput(
  { kind, target, format }: OutputRequest,
  { stdout, http, ...queue }: OutputSettings,
): Promise<AlertOutput | undefined> {
  const transport = await transportOf(kind, target, format, stdout, http)
  if (transport === undefined) return undefined
  return createQueuedOutput(target === '' ? kind : `${kind}=${withoutSecrets(target)}`, transport, queue)
}

/** What speaks with networks and programs takes time to load: only the kind that is asked for. */
async function transportOf(
  kind: OutputKind,
  target: string,
  format: StreamFormat,
  stdout: Writable,
  http: HttpOptions = {},
): Promise<Transport | undefined> {
  if (kind === 'stdout') return target === '' ? createStreamTransport(stdout, format) : undefined
  if (target === '') return undefined
  const line = format === 'text' ? 'text' : 'jsonl'
  switch (kind) {
    case 'file':
      return createFileTransport(target, line)
    case 'program': {
      const { createProgramTransport } = await import('./program-output.ts')
      return createProgramTransport(target, line)
    }
    case 'syslog': {
      const { createSyslogTransport, parseSyslogTarget } = await import('./syslog-output.ts')
      const daemon = parseSyslogTarget(target)
      return daemon && createSyslogTransport(daemon, line)
    }
    case 'http': {
      const url = httpUrl(target)
      const { createHttpTransport, jsonBody } = await import('./http-output.ts')
      return url && createHttpTransport(url, jsonBody, http)
    }
    case 'cloudevents': {
      const url = httpUrl(target)
      const { createHttpTransport } = await import('./http-output.ts')
      const { cloudEventBody } = await import('./cloud-events.ts')
      return url && createHttpTransport(url, cloudEventBody, http)
    }
  }
}

function httpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
}

/** Addresses of webhooks may hold a password or a token; names of outputs stand in messages. */
function withoutSecrets(target: string): string {
  if (!/^https?:/.test(target) || !URL.canParse(target)) return target
  const { protocol, host, pathname } = new URL(target)
  return `${protocol}//${host}${pathname}`
}
