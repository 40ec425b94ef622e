import type { Writable } from 'node:stream'
import { cloudEventBody } from './cloud-events.ts'
import { createFileTransport } from './file-output.ts'
import { createHttpTransport, type HttpOptions, jsonBody } from './http-output.ts'
import type { AlertOutput, Transport } from './output.ts'
import { createProgramTransport } from './program-output.ts'
import { createQueuedOutput, type QueueOptions } from './queued-output.ts'
import { createStreamTransport, type StreamFormat } from './stream-output.ts'
import { createSyslogTransport, parseSyslogTarget } from './syslog-output.ts'

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
export function openOutput(
  { kind, target, format }: OutputRequest,
  { stdout, http, ...queue }: OutputSettings,
): AlertOutput | undefined {
  const transport = transportOf(kind, target, format, stdout, http)
  if (transport === undefined) return undefined
  return createQueuedOutput(target === '' ? kind : `${kind}=${withoutSecrets(target)}`, transport, queue)
}

function transportOf(
  kind: OutputKind,
  target: string,
  format: StreamFormat,
  stdout: Writable,
  http: HttpOptions = {},
): Transport | undefined {
  if (kind === 'stdout') return target === '' ? createStreamTransport(stdout, format) : undefined
  if (target === '') return undefined
  const line = format === 'text' ? 'text' : 'jsonl'
  switch (kind) {
    case 'file':
      return createFileTransport(target, line)
    case 'program':
      return createProgramTransport(target, line)
    case 'syslog': {
      const daemon = parseSyslogTarget(target)
      return daemon && createSyslogTransport(daemon, line)
    }
    case 'http':
    case 'cloudevents': {
      const url = httpUrl(target)
      return url && createHttpTransport(url, kind === 'http' ? jsonBody : cloudEventBody, http)
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
