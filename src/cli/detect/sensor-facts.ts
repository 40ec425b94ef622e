import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { type ConnectorRefusal, parseReport, type SensorFacts } from '../../runtime/sensors/index.ts'
import { programPath } from '../program-path.ts'

/** Bits of CapEff (linux/capability.h). */
const SYS_PTRACE = 19n
const SYS_ADMIN = 21n
const PERFMON = 38n
const BPF = 39n

/** What of this machine decides which sensor can run. @param binary - path of haetae-sensor */
export function sensorFacts(binary: string): SensorFacts {
  return {
    mayLoadPrograms: mayLoadPrograms(),
    hasBtf: existsSync('/sys/kernel/btf/vmlinux'),
    release: release(),
    lockdown: /\[(\w+)\]/.exec(contentOf('/sys/kernel/security/lockdown'))?.[1],
    binary: { path: binary, exists: existsSync(binary) },
    trial: () => trialOf(binary, [])?.reason,
    connectorTrial: () => refusalOf(trialOf(binary, ['--proc-connector'])),
    hasBpftrace: pathOf('bpftrace') !== undefined,
    hasStrace: pathOf('strace') !== undefined,
    hasTracepoints: ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'].some(hasEntries),
  }
}

interface Refusal {
  /** As sensor/ has it; undefined where it did not begin, or said nothing. */
  readonly code: string | undefined
  readonly reason: string
}

/** Starts the sensor, which ends with its standard input; what it says of an error is a line of JSON. */
function trialOf(binary: string, mode: readonly string[]): Refusal | undefined {
  const { status, signal, error, stderr } = spawnSync(binary, [...mode, '--calls', 'execve', '--no-scan'], {
    input: '',
    encoding: 'utf8',
    timeout: TRIAL_MILLISECONDS,
  })
  if (status === 0) return undefined
  const said = stderr?.split('\n').flatMap((line) => parseReport(line) ?? []) ?? []
  const failed = said.find((report) => 'error' in report)?.error
  return { code: failed?.code, reason: failed?.reason ?? error?.message ?? String(signal ?? status) }
}

const CONNECTOR_KINDS: Readonly<Record<string, ConnectorRefusal['kind']>> = {
  ERR_CONNECTOR_ABSENT: 'absent',
  ERR_CONNECTOR_SILENT: 'silent',
}

function refusalOf(refusal: Refusal | undefined): ConnectorRefusal | undefined {
  if (refusal === undefined) return undefined
  return { kind: CONNECTOR_KINDS[refusal.code ?? ''] ?? 'refused', reason: refusal.reason }
}

const TRIAL_MILLISECONDS = 20_000

function mayLoadPrograms(): boolean {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(contentOf('/proc/self/status'))?.[1] ?? '0'}`)
  const has = (bit: bigint) => ((effective >> bit) & 1n) === 1n
  return has(SYS_ADMIN) || (has(BPF) && has(PERFMON) && has(SYS_PTRACE))
}

/** @returns undefined where no folder of PATH has it */
function pathOf(program: string): string | undefined {
  const found = programPath(program)
  return 'path' in found ? found.path : undefined
}

function hasEntries(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}

/** Empty where it cannot be read. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
