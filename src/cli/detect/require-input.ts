import { UsageError } from '../exit.ts'
import { needs } from '../options.ts'
import { detectMessages } from './messages.ts'
import type { DetectOptions } from './options.ts'

/** Options that are of one input alone, by the name that each has on the command line. */
const OF_LIVE = {
  container: '--container',
  pod: '--pod',
  sensor: '--sensor',
  containerRuntime: '--container-runtime',
  kubeconfig: '--kubeconfig',
  context: '--context',
} as const
const OF_LISTEN = {
  tlsCert: '--tls-cert',
  tlsKey: '--tls-key',
  clientCa: '--client-ca',
  tokenFile: '--token-file',
  spill: '--spill',
} as const
const OF_EVENTS = { rotated: '--rotated', follow: '--follow' } as const

/**
 * Whoever asks for what is not done would rely on it: events that are kept on disk, clients that need a certificate.
 *
 * @throws UsageError where the options name no input, or what that one does not have
 */
export function requireInput(options: DetectOptions): void {
  const { live, listen, events, source } = options
  requireBeside(options, OF_LIVE, live, '--live')
  if (live !== true && events === undefined && listen === undefined)
    throw new UsageError('ERR_INPUT', detectMessages.make['one-input']({}), detectMessages)
  requireBeside(options, OF_LISTEN, listen, '--listen')
  requireBeside(options, OF_EVENTS, events, '--events')
  // The kernel's events are system calls; the source is that of what is read beside them.
  if (source === 'k8s_audit' && events === undefined && listen === undefined)
    throw needs(`--source ${source}`, '--events')
}

function requireBeside<Name extends keyof DetectOptions>(
  options: DetectOptions,
  names: Readonly<Record<Name, string>>,
  input: unknown,
  other: string,
): void {
  if (input !== undefined) return
  for (const name of Object.keys(names) as Name[])
    if (options[name] !== undefined) throw needs(names[name], other)
}
