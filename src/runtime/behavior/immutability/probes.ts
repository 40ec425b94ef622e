import { nameOf, SHELLS, TEMPORARY_FOLDER } from './changes.ts'
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

/** What a probe or hook runs, and its name as the kernel's events have it. */
export interface ProbeCommand {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
}

/** Commands that probes and hooks of a container run. */
export function probeCommands(container: ProbedContainer): readonly ProbeCommand[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container
  const hooks = ['postStart', 'preStop'].map((hook) => valueAt(lifecycle, hook))
  return [livenessProbe, readinessProbe, startupProbe, ...hooks].flatMap((handler) => {
    const command = valueAt(valueAt(handler, 'exec'), 'command')
    if (!Array.isArray(command) || command.length === 0) return []
    const [program = '', ...args] = command.map(String)
    return [{ name: nameOf(program).slice(0, LONGEST_NAME), program, args }]
  })
}

/**
 * The statement without shells that the kubelet started as the pod's manifest asks it to: an `exec` probe comes into the
 * container as `kubectl exec` without a terminal does, and its command line tells it from that. The others are none.
 */
export function withoutProbes(
  statement: ContainerStatement,
  commands: readonly ProbeCommand[],
): ContainerStatement {
  const isProbe = (line: string) =>
    commands.some((command) => isCommand(command, line) || isScript(command, line))
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

function isCommand({ name, args }: ProbeCommand, line: string): boolean {
  return isSameLine([name, ...args].join(' '), line, isCut(line))
}

/**
 * Whether a script is run: "interpreter will be invoked with the following arguments: interpreter [optional-arg] pathname
 * arg…" (execve(2), Interpreter scripts), under the name of the script, or under the interpreter's own where env(1) finds it.
 * The argument is none by which the shell would run something else (-c, -s) or takes what follows it as a value (-o).
 */
function isScript({ name, program, args }: ProbeCommand, line: string): boolean {
  const [, shown = '', rest = ''] = /^(\S+) (?:-[abefhklmnptuvxBCEHPT]+ )?(.+)$/s.exec(line) ?? []
  if (shown !== name && !SHELLS.has(shown)) return false
  const [path = ''] = rest.split(' ', 1)
  const isFound = !program.includes('/')
  // The runtime has looked for it along PATH, where what somebody has put into a temporary folder is not.
  if (isFound && (!path.startsWith('/') || TEMPORARY_FOLDER.test(path))) return false
  const script = isFound ? `${nameOf(path)}${rest.slice(path.length)}` : rest
  return isSameLine([program, ...args].join(' '), script, isCut(line))
}

function isSameLine(line: string, shown: string, isShownCut: boolean): boolean {
  return line === shown || (isShownCut && line.startsWith(shown))
}

function isCut(line: string): boolean {
  return line.length === LONGEST_COMMAND_LINE
}

/** Of a piece of evidence; longer ones are cut. */
export const LONGEST_COMMAND_LINE = 300

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
