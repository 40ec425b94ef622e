import { hash } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import {
  type AuditSink,
  type ChainOptions,
  type FileSink,
  openFileSink,
  openStoreSink,
  openWebhookSink,
  readAnchorKey,
  readWebhookKubeconfig,
  type WebhookTrouble,
} from '../../../api-access/audit/index.ts'
import { errorText } from '../../../messages/index.ts'
import { UsageError } from '../../exit.ts'
import { readBytes } from '../../input-file.ts'
import { collectMessages } from './messages.ts'
import { type CollectOptions, numberOf } from './options.ts'

const { make } = collectMessages

/** A sink, under the name that it has on the command line. */
export interface Output {
  readonly name: string
  readonly sink: AuditSink | FileSink
}

/** Told of what goes wrong while a webhook is delivered to. */
export type OnTrouble = (output: string, trouble: WebhookTrouble) => void

/**
 * Opens what `--output` names.
 *
 * @throws UsageError for what is no output, and what cannot be opened; none is left open then
 */
export async function openOutputs(options: CollectOptions, onTrouble: OnTrouble): Promise<Output[]> {
  const chain = chainOf(options)
  const outputs: Output[] = []
  try {
    for (const name of options.output)
      outputs.push({ name, sink: await open(name, options, chain, onTrouble) })
    return outputs
  } catch (error) {
    await Promise.all(outputs.map(({ sink }) => sink.close()))
    throw error
  }
}

async function open(
  output: string,
  options: CollectOptions,
  chain: ChainOptions | undefined,
  onTrouble: OnTrouble,
): Promise<AuditSink> {
  const [, kind, path] = /^(file|webhook|store)=(.+)$/.exec(output) ?? []
  if (kind === undefined || path === undefined) throw usage('ERR_OUTPUT', make['bad-output']({ output }))
  const chaining = chain === undefined ? {} : { chain }
  const opening = {
    file: () => openFileSink({ path, ...rotation(options), ...chaining }),
    store: () => openStoreSink({ path, ...chaining }),
    webhook: () => openWebhook(output, path, options, onTrouble),
  }
  try {
    return await opening[kind as keyof typeof opening]()
  } catch (error) {
    if (error instanceof UsageError) throw error
    const reason = errorText(error)
    throw usage('ERR_OUTPUT', make['cannot-open']({ output, reason }))
  }
}

function rotation({ maxSize, maxAge, maxBackups, compress = false }: CollectOptions) {
  return {
    maxSizeMegabytes: numberOf('--max-size', maxSize),
    ...(maxAge !== undefined && { maxAgeDays: numberOf('--max-age', maxAge) }),
    ...(maxBackups !== undefined && { maxBackups: numberOf('--max-backups', maxBackups) }),
    compress,
  }
}

async function openWebhook(
  output: string,
  kubeconfig: string,
  { spill, batchSize, batchWait, qps, compress = false }: CollectOptions,
  onTrouble: OnTrouble,
): Promise<AuditSink> {
  if (spill === undefined) throw usage('ERR_OUTPUT', make['needs-spill']({}))
  return openWebhookSink({
    target: await readWebhookKubeconfig(kubeconfig),
    spillFolder: join(spill, folderOf(kubeconfig)),
    batchEvents: numberOf('--batch-size', batchSize),
    batchWaitMilliseconds: numberOf('--batch-wait', batchWait) * 1000,
    requestsPerSecond: numberOf('--qps', qps),
    compress,
    onTrouble: (trouble) => onTrouble(output, trouble),
  })
}

/** The same for the same webhook at every start, whatever other outputs there are. */
function folderOf(kubeconfig: string): string {
  return `webhook-${basename(kubeconfig)}-${hash('sha256', resolve(kubeconfig)).slice(0, 8)}`
}

function chainOf({ chain = false, key: path }: CollectOptions): ChainOptions | undefined {
  if (!chain && path !== undefined) throw usage('ERR_USAGE', make['key-without-chain']({}))
  if (!chain) return undefined
  if (path === undefined) return {}
  const key = readAnchorKey(readBytes(path))
  if (key?.sign === undefined) throw usage('ERR_KEY', make['private-key']({ path }))
  return { key }
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, collectMessages)
}
