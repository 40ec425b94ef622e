import { nameOf } from './changes.ts'
import type { ContainerStatement } from './evidence.ts'

/** What of a container's specification the kubelet runs inside of it (kubernetes, core/v1 Container). */
interface ProbedContainer {
  readonly livenessProbe?: unknown
  readonly readinessProbe?: unknown
  readonly startupProbe?: unknown
  readonly lifecycle?: unknown
}

/** The kernel's names of processes are no longer. */
const LONGEST_NAME = 15

/** Command lines that probes and hooks of a container run, as the kernel's events have them. */
export function probeCommands(container: ProbedContainer): readonly string[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  const hooks = ['postStart', 'preStop'].map((hook) => valueAt(lifecycle, hook))
  return [livenessProbe, readinessProbe, startupProbe, ...hooks].flatMap((handler) => {
    const command = valueAt(valueAt(handler, 'exec'), 'command')
    if (!Array.isArray(command) || command.length === 0) return []
    const [program = '', ...args] = command.map(String)
    const name = nameOf(program).slice(0, LONGEST_NAME)
    return [[name, ...args].join(' ')]
  })
}

/**
 * The statement without shells that the kubelet started as the pod's manifest asks it to: an `exec` probe comes into the
 * container as `kubectl exec` without a terminal does, and its command line tells it from that. The others are none.
 */
export function withoutProbes(
  statement: ContainerStatement,
  commands: readonly string[],
): ContainerStatement {
  const isProbe = (line: string) =>
    commands.some((command) => command === line || (isCut(line) && command.startsWith(line)))
  const evidence = statement.evidence
    .filter(({ mayBeProbe, commandLine }) => !mayBeProbe || !isProbe(commandLine))
    .map((found) => (found.mayBeProbe ? { ...found, mayBeProbe: false } : found))
  const isSame =
    evidence.length === statement.evidence.length &&
    evidence.every((found, at) => found === statement.evidence[at])
  if (isSame) return statement
  const isUnchanged = evidence.length === 0 && statement.omitted === 0
  return { ...statement, evidence, verdict: isUnchanged ? 'unchanged' : 'changed' }
}

function isCut(line: string): boolean {
  return line.length === LONGEST_COMMAND_LINE
}

/** Of a piece of evidence; longer ones are cut. */
export const LONGEST_COMMAND_LINE = 300

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
