import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeRules, loadRules } from '../src/runtime/rules/index.ts'

const ROOT = join(import.meta.dirname, '..')
const CORPUS = process.env['HAETAE_CORPUS'] ?? join(ROOT, '../shared/corpus')
const FOLDER = join(CORPUS, 'falco-rules/rules')
const FILES = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml']
const isThere = existsSync(FOLDER)
if (!isThere) console.warn(`skipped: no rules of Falco in ${CORPUS}`)

/** Where a field is shown to have its true value, live: a test, and the files of which one names the field. */
interface Proof {
  readonly test: string
  readonly files: readonly [test: string, ...others: string[]]
}

const liveFields = (title: string): Proof => ({
  test: title,
  files: ['e2e/sensor/rule-fields.test.ts', 'e2e/sensor/rule-fields.ts'],
})
const OF_FILES = liveFields('of opened files')
const OF_CHANGES = liveFields('of what is done with files')
const OF_CONNECTIONS = liveFields('of connections, on either side')
const OF_CALLS = liveFields('of calls to the kernel')
const OF_PROCESSES = liveFields('of a process and those above it')
const OF_PROGRAMS = liveFields('of programs, by how they are run')
const OF_LOGINS = liveFields('of who logged in')
const OF_TIME = liveFields('of time: since a process was made, and since its file was changed')
const OF_EVENTS = liveFields('of events: numbered in their order')
const IN_CONDITIONS = liveFields('in the condition %s')
const OF_IMAGES: Proof = { test: 'alerts have its name and image', files: ['e2e/sensor/podman.test.ts'] }
const OF_CONTAINERS: Proof = {
  test: 'alerts have its privileges, its mounts and its start',
  files: ['e2e/sensor/podman.test.ts'],
}
const OF_PODS: Proof = {
  test: 'is in conditions and alerts, beside what the runtime tells',
  files: ['e2e/sensor/surroundings.test.ts'],
}

/** Of fields with an argument in brackets, which is a path of the machine, the name alone. */
const PROOFS: Readonly<Record<string, Proof>> = {
  'container.id': OF_IMAGES,
  'container.image.repository': OF_IMAGES,
  'container.mount.dest': OF_CONTAINERS,
  'container.mounts': OF_CONTAINERS,
  'container.privileged': OF_CONTAINERS,
  'container.start_ts': OF_CONTAINERS,
  'evt.arg.cmd': OF_CALLS,
  'evt.arg.domain': OF_CALLS,
  'evt.arg.fd': OF_CHANGES,
  'evt.arg.filename': OF_CHANGES,
  'evt.arg.flags': OF_FILES,
  'evt.arg.linkpath': OF_CHANGES,
  'evt.arg.mode': OF_CHANGES,
  'evt.arg.name': OF_FILES,
  'evt.arg.newpath': OF_CHANGES,
  'evt.arg.oldpath': OF_CHANGES,
  'evt.arg.path': OF_CHANGES,
  'evt.arg.request': OF_CALLS,
  'evt.arg.target': OF_CHANGES,
  'evt.arg.uid': OF_CALLS,
  'evt.args': OF_CHANGES,
  'evt.buffer': OF_CONNECTIONS,
  'evt.is_open_exec': OF_FILES,
  'evt.is_open_read': OF_FILES,
  'evt.is_open_write': OF_FILES,
  'evt.num': OF_EVENTS,
  'evt.rawres': OF_FILES,
  'evt.res': OF_FILES,
  'evt.type': OF_CALLS,
  'fd.cip': OF_CONNECTIONS,
  'fd.cip.name': IN_CONDITIONS,
  'fd.cnet': IN_CONDITIONS,
  'fd.connected': OF_CONNECTIONS,
  'fd.directory': OF_FILES,
  'fd.filename': OF_FILES,
  'fd.ip': IN_CONDITIONS,
  'fd.l4proto': OF_CONNECTIONS,
  'fd.lip.name': IN_CONDITIONS,
  'fd.lport': OF_CONNECTIONS,
  'fd.name': OF_FILES,
  'fd.name_changed': OF_CONNECTIONS,
  'fd.nameraw': OF_FILES,
  'fd.net': IN_CONDITIONS,
  'fd.num': OF_FILES,
  'fd.port': IN_CONDITIONS,
  'fd.rip': OF_CONNECTIONS,
  'fd.rip.name': IN_CONDITIONS,
  'fd.rnet': IN_CONDITIONS,
  'fd.rport': OF_CONNECTIONS,
  'fd.sip': OF_CONNECTIONS,
  'fd.sip.name': IN_CONDITIONS,
  'fd.snet': IN_CONDITIONS,
  'fd.sockfamily': OF_CONNECTIONS,
  'fd.sport': OF_CONNECTIONS,
  'fd.type': OF_FILES,
  'fd.typechar': OF_FILES,
  'group.gid': OF_PROGRAMS,
  'group.name': OF_PROGRAMS,
  'k8s.ns.name': OF_PODS,
  'k8s.pod.name': OF_PODS,
  'proc.aexe[2]': OF_PROCESSES,
  'proc.aexepath[2]': OF_PROCESSES,
  'proc.aname': IN_CONDITIONS,
  'proc.aname[1]': OF_PROCESSES,
  'proc.aname[2]': OF_PROCESSES,
  'proc.aname[3]': OF_PROCESSES,
  'proc.aname[4]': OF_PROCESSES,
  'proc.aname[5]': OF_PROCESSES,
  'proc.aname[6]': OF_PROCESSES,
  'proc.aname[7]': OF_PROCESSES,
  'proc.args': OF_PROCESSES,
  'proc.cmdline': OF_PROCESSES,
  'proc.cwd': OF_PROCESSES,
  'proc.duration': OF_TIME,
  'proc.env': OF_PROCESSES,
  'proc.exe': OF_PROCESSES,
  'proc.exe_ino.ctime': OF_PROGRAMS,
  'proc.exe_ino.ctime_duration_proc_start': OF_TIME,
  'proc.exe_ino.mtime': OF_PROGRAMS,
  'proc.exepath': OF_PROCESSES,
  'proc.is_exe_from_memfd': OF_PROGRAMS,
  'proc.is_exe_upper_layer': OF_PROGRAMS,
  'proc.is_vpgid_leader': OF_PROGRAMS,
  'proc.name': OF_PROCESSES,
  'proc.pcmdline': OF_PROCESSES,
  'proc.pexe': OF_PROCESSES,
  'proc.pexepath': OF_PROCESSES,
  'proc.pname': OF_PROCESSES,
  'proc.sname': OF_PROCESSES,
  'proc.tty': OF_PROGRAMS,
  'proc.vpid': OF_PROGRAMS,
  'thread.cap_effective': OF_PROGRAMS,
  'thread.cap_permitted': OF_PROGRAMS,
  'user.loginname': OF_LOGINS,
  'user.loginuid': OF_LOGINS,
  'user.name': OF_PROGRAMS,
  'user.uid': OF_PROGRAMS,
}

describe.skipIf(!isThere)("fields that Falco's stable, incubating and sandbox rules use", () => {
  const used = usedFields()

  test('are read off the rules', () => {
    expect(used.length).toBeGreaterThan(90)
    expect(used).toEqual(
      expect.arrayContaining(['fd.name', 'evt.arg.flags', 'container.mount.dest', 'proc.aname[7]']),
    )
  })

  test.each(used)('%s is shown to be true by a live test', (name) => {
    const proof = PROOFS[name]
    if (proof === undefined)
      throw new Error(`nothing shows that ${name} has its true value: add a test, and its row here`)
    const [own = '', ...others] = proof.files.map((file) => readFileSync(join(ROOT, file), 'utf8'))
    expect(own).toContain(`'${proof.test}'`)
    expect([own, ...others].some((text) => names(text, name))).toBe(true)
  })

  test('no row is left over', () => {
    expect(Object.keys(PROOFS).filter((name) => !used.includes(name))).toEqual([])
  })
})

/** Whether a text has the field's name as a whole word. */
function names(text: string, name: string): boolean {
  const quoted = name.replace(/[.[\]]/g, String.raw`\$&`)
  return new RegExp(`(?<![\\w.])${quoted}(?!\\.?\\w)`).test(text)
}

/** Of conditions, outputs, exceptions and macros, whether or not a rule is on. */
function usedFields(): string[] {
  if (!isThere) return []
  const { files, rules } = loadRules(
    FILES.map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') })),
  )
  expect(files.flatMap(({ errors }) => errors)).toEqual([])
  const described = describeRules(rules)
  const all = [
    ...described.rules.flatMap(({ details }) => [
      ...details.condition_fields,
      ...details.output_fields,
      ...details.exception_fields,
    ]),
    ...described.macros.flatMap(({ details }) => details.condition_fields),
  ]
  return [...new Set(all.map((name) => name.replace(/^(container\.mount\.dest)\[.*$/, '$1')))].sort()
}
