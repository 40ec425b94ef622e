import { createColors } from 'picocolors'
import { severityLabel, visible } from '../../findings/index.ts'
import { CAPABILITIES } from '../../kubernetes/index.ts'
import type { Language, Message, Render } from '../../messages/index.ts'
import {
  type OpenFile,
  type ProcessFacts,
  secretVariables,
  writablePaths,
} from '../../runtime/behavior/index.ts'
import type { SeenProcess } from './command.ts'
import { maskedArguments } from './masked-arguments.ts'
import { procMessages } from './messages.ts'

const { make } = procMessages

export interface ReportOptions {
  readonly render: Render
  readonly language: Language
  readonly colour: boolean
  readonly showsSecrets: boolean
}

/** Lines of one part of the report; of more, their number is told. */
const MOST_LINES = 60

/** A process as text for a terminal: exposures first, then drift, then what both rest on. */
export function processText(
  seen: SeenProcess,
  { render, language, colour, showsSecrets }: ReportOptions,
): string {
  const { facts, exposures, drift, pod, container, image } = seen
  const paint = createColors(colour)
  const lines: string[] = []
  const say = (message: Message) => visible(render(message))
  const heading = (message: Message) => lines.push('', paint.bold(paint.cyan(say(message))))
  const pair = (label: string, text: string) =>
    lines.push(`  ${paint.dim(label.padEnd(16))} ${visible(text)}`)
  const list = (items: readonly string[]) => {
    for (const item of items.slice(0, MOST_LINES)) lines.push(`  ${visible(item)}`)
    if (items.length > MOST_LINES) lines.push(`  ${say(make.more({ count: items.length - MOST_LINES }))}`)
  }

  lines.push(paint.bold(say(make.process({ pid: facts.pid, name: facts.name }))))
  const args = showsSecrets ? facts.args : maskedArguments(facts.args)
  pair('cmdline', args.join(' '))
  pair('exe', facts.executable ?? '-')
  pair('cwd', facts.workingDirectory ?? '-')
  if (pod !== undefined) pair('pod', `${pod}${container === undefined ? '' : ` (${container})`}`)
  if (image !== undefined) pair('image', image)
  if (facts.containerId !== null) pair('container', facts.containerId)

  heading(make.exposures({ count: exposures.length }))
  if (exposures.length === 0)
    lines.push(`  ${say(facts.incomplete.length > 0 ? make['nothing-readable']({}) : make.nothing({}))}`)
  for (const { severity, message, remedy } of exposures) {
    const colourOf = severity === 'critical' || severity === 'high' ? paint.red : paint.yellow
    lines.push(`  ${colourOf(severityLabel[severity][language])}: ${say(message)}`)
    if (remedy !== undefined) lines.push(`      ${paint.dim(`→ ${say(remedy)}`)}`)
  }

  if (drift !== undefined) {
    heading(make.drift({ count: drift.filter(({ verdict }) => verdict === 'drift').length }))
    for (const { setting, expected, actual, verdict, note } of drift) {
      const mark = verdict === 'drift' ? paint.red('≠') : verdict === 'same' ? paint.green('=') : '·'
      const text =
        verdict === 'same'
          ? actual
          : say(expected === null ? make.open({ actual }) : make.differs({ expected, actual }))
      lines.push(`  ${mark} ${visible(setting.padEnd(26))} ${text}`)
      if (note !== undefined) lines.push(`      ${paint.dim(say(note))}`)
    }
  }

  const { identity, capabilities, namespaces } = facts
  heading(make.confinement({}))
  pair(
    'uid, gid',
    `${identity.uid}, ${identity.gid}${identity.groups.length > 0 ? ` (${identity.groups.join(', ')})` : ''}`,
  )
  pair('effective', capabilityText(capabilities.effective))
  pair('bounding', capabilityText(capabilities.bounding))
  pair('seccomp', facts.seccomp)
  pair('no_new_privs', String(facts.noNewPrivileges))
  if (facts.securityLabel !== null) pair('LSM', facts.securityLabel)
  pair('ns', namespaceText(namespaces, say))

  heading(make.environment({}))
  const secrets = secretVariables(facts)
  list(
    facts.environment.map(({ name, value }) =>
      secrets.has(name) && !showsSecrets
        ? `${name}=${render(make.masked({ characters: [...value].length }))}`
        : `${name}=${value}`,
    ),
  )
  heading(make.files({}))
  list(facts.files.map(fileText))
  heading(make.writable({}))
  list(writablePaths(facts))
  heading(make.mounts({}))
  list(
    facts.mounts.map(
      ({ mountPoint, type, source, root, isReadOnly }) =>
        `${mountPoint} ${type} ${source}${root === '/' ? '' : ` ${root}`} ${isReadOnly ? 'ro' : 'rw'}`,
    ),
  )
  if (facts.incomplete.length > 0) lines.push('')
  for (const part of facts.incomplete)
    lines.push(paint.yellow(say(make.incomplete({ ...part, isForbidden: part.reason === 'EACCES' }))))
  return `${lines.join('\n')}\n`
}

/** Which namespaces are the node's, and which its own; `?` for those of which that cannot be told, or for all. */
function namespaceText(namespaces: ProcessFacts['namespaces'], say: (message: Message) => string): string {
  if (namespaces.length === 0) return '?'
  const ofKind = (kind: boolean | null) =>
    namespaces.flatMap(({ type, isHost }) => (isHost === kind ? [type] : [])).join(', ') || '-'
  const unknown = ofKind(null) === '-' ? '' : `; ?: ${ofKind(null)}`
  return `${say(make.node({}))}: ${ofKind(true)}; ${say(make.own({}))}: ${ofKind(false)}${unknown}`
}

/** A process that has nearly all is told by what it has not. */
function capabilityText(names: readonly string[]): string {
  const missing = CAPABILITIES.filter((name) => !names.includes(name))
  if (names.length === 0) return '-'
  if (missing.length === 0) return 'ALL'
  return missing.length > 4 ? names.join(', ') : `ALL - ${missing.join(', ')}`
}

function fileText({ descriptor, target, isReadable, isWritable, database, socket, size }: OpenFile): string {
  const access = `${isReadable ? 'r' : '-'}${isWritable ? 'w' : '-'}`
  const about =
    socket === undefined
      ? target
      : `${socket.protocol} ${socket.local || '-'}${socket.remote === null ? '' : ` → ${socket.remote}`} ${socket.state}`
  return [
    String(descriptor).padStart(4),
    access,
    about,
    ...(size === undefined ? [] : [`(${size})`]),
    ...(database === undefined ? [] : [`[${database}]`]),
  ].join(' ')
}
