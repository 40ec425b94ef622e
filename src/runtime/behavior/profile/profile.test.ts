import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { podTemplateOf } from '../../../kubernetes/index.ts'
import { callAt, viewAt } from '../observation/view.fixture.ts'
import { readSeccompAudit } from './audit-log.ts'
import { completenessOf } from './completeness.ts'
import { allowedBy, outsideOf } from './outside.ts'
import { patchOf } from './patch.ts'
import { type ProposalOptions, proposalOf } from './proposal.ts'
import { Recorder } from './recorder.ts'
import { type Recording, readRecording } from './recording.ts'
import { writePathsOf } from './write-paths.ts'

type View = ReturnType<typeof viewAt>

function record(views: readonly View[], lost = 0): Recording {
  const recorder = new Recorder()
  for (const view of views) recorder.take(view)
  const [recording] = recorder.recordings(lost)
  if (recording === undefined) throw new Error('nothing was recorded')
  return recording
}

const OPTIONS: ProposalOptions = { base: 'none', volumes: [] }
const START = viewAt(0, 'execve', { 'proc.exepath': '/bin/httpd', 'user.uid': '0' })
const capability = (number: string) =>
  viewAt(1, 'notification', { 'evt.arg.id': 'capability', 'evt.arg.desc': number })
/** A server that was seen from its start on, and then for two minutes of the same. */
const SERVER: readonly View[] = [
  START,
  viewAt(0, 'notification', { 'container.id': 'host', 'evt.arg.id': 'capability', 'evt.arg.desc': '007' }),
  ...['execve', 'openat', 'mmap', 'socket', 'bind'].map((name, index) => callAt(index / 10, name)),
  viewAt(1, 'bind', { 'evt.arg.addr': '0.0.0.0:8080' }),
  ...Array.from({ length: 30 }, (_, index) => [
    callAt(5 + 4.3 * index, 'accept'),
    callAt(5 + 4.3 * index, 'read'),
  ]).flat(),
  viewAt(140, 'procexit', { 'proc.vpid': '9' }),
]

describe('a recording', () => {
  test('has what the container did, and survives its file', () => {
    const recording = record([
      ...SERVER,
      capability('010'),
      viewAt(3, 'openat', { 'fd.name': '/tmp/x', 'evt.is_open_write': 'true' }),
      viewAt(3, 'openat', { 'fd.name': '/tmp/x' }),
      viewAt(3, 'openat', { 'fd.name': '/etc/passwd' }),
      viewAt(3, 'openat', { 'fd.name': '/missing', 'evt.failed': 'true' }),
    ])
    expect(recording).toMatchObject({
      startedAt: recording.begin,
      tellsAllCalls: true,
      tellsCapabilities: true,
      users: [0],
      written: ['/tmp/x'],
      read: ['/etc/passwd'],
      ports: [{ protocol: 'TCP', port: 8080 }],
    })
    expect(recording.end - recording.begin).toBe(140_000)
    expect(Object.keys(recording.capabilities)).toEqual(['NET_BIND_SERVICE'])
    expect(readRecording(JSON.parse(JSON.stringify(recording)))).toEqual(recording)
  })

  test('has neither the runtime’s calls nor the host’s', () => {
    const recording = record([
      callAt(0, 'mount', { 'proc.name': 'runc:[2:INIT]' }),
      callAt(0, 'reboot', { 'container.id': 'host' }),
      callAt(1, 'read'),
    ])
    expect(Object.keys(recording.calls)).toEqual(['read'])
  })

  test('takes what is no recording for none', () => {
    fc.assert(fc.property(fc.anything(), (value) => readRecording(value) === undefined))
  })
})

describe('completeness', () => {
  test('start-up and steady phase are told apart, and nothing is missing where nothing new comes', () => {
    const { estimate, phases, curve, doubts } = completenessOf([record(SERVER)])
    expect(estimate).toBe(1)
    expect(phases[0]).toMatchObject({ isStartSeen: true, startUpSeconds: 5, startUpCalls: 7, steadyCalls: 2 })
    expect(curve.at(-1)).toEqual({ seconds: 5, calls: 7 })
    expect(doubts).toEqual([])
  })

  test('calls that come once each, late, say that more will come', () => {
    const rare = ['unlink', 'rename', 'fsync', 'mkdir'].map((name, index) => callAt(60 + 10 * index, name))
    const { estimate, unseen } = completenessOf([record([...SERVER, ...rare])])
    expect(unseen).toBeGreaterThan(3)
    expect(estimate).toBeLessThan(0.8)
  })

  test('of too short a time there is no estimate', () => {
    const { estimate, doubts } = completenessOf([record(SERVER.slice(0, 8))])
    expect(estimate).toBeNull()
    expect(doubts.map(({ id }) => id)).toEqual(['profile.tooShort'])
  })

  test('without a start that was seen it is not known; of what comes behind it, it is estimated', () => {
    const steady = SERVER.filter((view) => view.type !== 'execve' || view.isGeneric)
    const { estimate, steadyEstimate, isStartSeen, doubts } = completenessOf([record(steady)])
    expect({ estimate, steadyEstimate, isStartSeen }).toEqual({
      estimate: null,
      steadyEstimate: 1,
      isStartSeen: false,
    })
    expect(doubts.map(({ id }) => id)).toEqual(['profile.startNotSeen'])
    // Another recording that has it is enough.
    expect(completenessOf([record(steady), record(SERVER)])).toMatchObject({ isStartSeen: true })
    expect(completenessOf([record(steady), record(SERVER)]).estimate).not.toBeNull()
  })

  test('what only one of several recordings has counts against it', () => {
    const others = ['unlink', 'rename', 'fsync'].map((name) => callAt(2, name))
    const both = completenessOf([record(SERVER), record([...SERVER, ...others])])
    expect(both.unseen).toBeGreaterThan(completenessOf([record(SERVER), record(SERVER)]).unseen)
  })

  test('one that has no start, as of a pod that a rollout replaced, is no sample of starts', () => {
    const served = Array.from({ length: 10 }, (_, index) => [
      callAt(5 + 4.3 * index, 'accept'),
      callAt(5 + 4.3 * index, 'read'),
    ]).flat()
    expect(completenessOf([record(served), record(SERVER)])).toMatchObject({ estimate: 1, unseen: 0 })
    const more = ['unlink', 'rename', 'fsync'].map((name) => callAt(20, name))
    expect(completenessOf([record([...served, ...more]), record(SERVER)]).unseen).toBeGreaterThan(0)
  })

  test('is never outside its bounds, and the curve never falls', () => {
    const call = fc.record({
      name: fc.constantFrom('read', 'write', 'openat', 'mmap', 'fsync', 'unlink'),
      at: fc.integer({ min: 0, max: 900 }),
    })
    fc.assert(
      fc.property(
        fc.array(fc.array(call, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        (runs) => {
          const recordings = runs.map((run) =>
            record([START, ...run.sort((a, b) => a.at - b.at).map(({ name, at }) => callAt(at, name))]),
          )
          const { estimate, unseen, curve } = completenessOf(recordings)
          if (estimate !== null) expect(estimate).toBeGreaterThan(0)
          if (estimate !== null) expect(estimate).toBeLessThanOrEqual(1)
          expect(unseen).toBeGreaterThanOrEqual(0)
          expect(curve.map(({ calls }) => calls)).toEqual(
            curve.map(({ calls }) => calls).sort((a, b) => a - b),
          )
        },
      ),
    )
  })
})

describe('write paths', () => {
  test.each([
    ['temporary files', ['/tmp/a/b', '/tmp/c'], [], [], { emptyDirs: ['/tmp'] }],
    ['a cache', ['/var/cache/nginx/x'], ['/etc/nginx.conf'], [], { emptyDirs: ['/var/cache'] }],
    ['one folder within another', ['/data/a', '/data/b/c'], [], [], { emptyDirs: ['/data'] }],
    ['volumes', ['/data/a'], [], ['/data/'], { emptyDirs: [], inVolumes: ['/data/a'] }],
    ['the kernel’s files', ['/proc/self/x', '/dev/null', '/etc/hosts'], [], [], { emptyDirs: [] }],
    ['beside files of the image', ['/app/log'], ['/app/main.js'], [], { emptyDirs: [], hiding: ['/app'] }],
    ['what it has made itself', ['/app/log', '/app/x'], ['/app/x'], [], { emptyDirs: ['/app'] }],
    ['the root itself', ['/x'], [], [], { inRoot: ['/x'] }],
  ])('%s', (_, written, read, volumes, expected) => {
    expect(writePathsOf(written, read, volumes)).toMatchObject(expected)
  })

  test('everything that is written lies in some answer, and no folder within another', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'tmp', 'var', 'log', 'dev'), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.array(path), fc.array(path), (written, read) => {
        const { emptyDirs, hiding, inRoot } = writePathsOf(written, read, [])
        const folders = [...emptyDirs, ...hiding]
        for (const each of written)
          if (!each.startsWith('/dev'))
            expect(
              inRoot.includes(each) || folders.some((folder) => `${each}/`.startsWith(`${folder}/`)),
            ).toBe(true)
        for (const folder of folders)
          expect(folders.filter((other) => `${folder}/`.startsWith(`${other}/`))).toEqual([folder])
      }),
    )
  })
})

describe('a proposal', () => {
  test('of a server that needs nothing', () => {
    const proposal = proposalOf(
      [
        record([
          ...SERVER,
          viewAt(2, 'notification', {
            'container.id': 'host',
            'evt.arg.id': 'capability',
            'evt.arg.desc': '007',
          }),
        ]),
      ],
      OPTIONS,
    )
    expect(proposal.capabilities).toEqual([])
    expect(proposal.nonRoot).toMatchObject({ verdict: 'yes', user: 65_532 })
    expect(proposal.readOnlyRoot.verdict).toBe('yes')
    expect(proposal.seccomp.syscalls[0]?.names).toEqual(proposal.calls)
    expect(proposal.seccompLog.defaultAction).toBe('SCMP_ACT_LOG')
  })

  test('without a start that was seen allows what programs need to start, and promises nothing more of it', () => {
    const running = [callAt(0, 'accept'), callAt(1, 'read'), callAt(2, 'write')]
    const { calls, startCalls, seccomp, seccompLog, ...proposal } = proposalOf([record(running)], OPTIONS)
    expect(calls).toEqual(['accept', 'read', 'write'])
    // The dynamic loader, the C library, a shell, and a server until it listens.
    for (const call of [
      'arch_prctl',
      'mprotect',
      'set_tid_address',
      'rseq',
      'dup2',
      'wait4',
      'bind',
      'listen',
    ])
      expect(startCalls).toContain(call)
    expect(startCalls).not.toContain('read')
    for (const { syscalls } of [seccomp, seccompLog])
      expect(syscalls[0]?.names).toEqual([...calls, ...startCalls].sort())
    for (const call of ['mkdir', 'unlink', 'mount', 'ptrace', 'unshare', 'chown', 'setuid', 'connect'])
      expect(startCalls).not.toContain(call)
    const unknown = { verdict: 'unknown', reasons: [{ id: 'profile.startUnknown' }] }
    expect(proposal).toMatchObject({
      nonRoot: { ...unknown, user: null },
      readOnlyRoot: unknown,
      noPrivilegeEscalation: unknown,
    })
    const template = podTemplateOf({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [{ name: 'web', securityContext: { privileged: true } }] },
    })
    const patch =
      template &&
      patchOf(
        template,
        { field: 'containers', index: 0 },
        { calls, startCalls, seccomp, seccompLog, ...proposal },
        { localhostProfile: 'haetae/web.json' },
      )
    expect(patch?.map(({ path }) => path.join('.'))).toEqual([
      'spec.containers.0.securityContext.seccompProfile',
    ])
  })

  test('of a workload whose start was seen has no more calls than it made', () => {
    expect(proposalOf([record(SERVER)], OPTIONS).startCalls).toEqual([])
    expect(proposalOf([record(SERVER.slice(5)), record(SERVER)], OPTIONS).startCalls).toEqual([])
  })

  test.each([
    ['a capability', [capability('000')], 'profile.usesCapabilities'],
    [
      'a low port',
      [capability('010'), viewAt(1, 'bind', { 'evt.arg.addr': '0.0.0.0:80' })],
      'profile.lowPort',
    ],
    [
      'a change of user',
      [capability('010'), viewAt(1, 'setuid', { 'evt.arg.uid': '101' })],
      'profile.changesUser',
    ],
  ])('%s keeps it root', (_, views, reason) => {
    const { nonRoot } = proposalOf([record([...SERVER, ...views])], OPTIONS)
    expect(nonRoot.verdict).toBe('no')
    expect(nonRoot.reasons.map(({ id }) => id)).toContain(reason)
  })

  test('where capabilities are not told, calls point to them', () => {
    const views = [START, viewAt(1, 'chown', { 'fs.path.name': '/data/x' })]
    const { capabilities, areCapabilitiesInferred } = proposalOf([record(views)], OPTIONS)
    expect([capabilities, areCapabilitiesInferred]).toEqual([['CHOWN', 'FOWNER'], true])
  })

  test('of several recordings is the union of what each allows', () => {
    const name = fc.constantFrom('read', 'write', 'unlink', 'fsync', 'mkdir')
    fc.assert(
      fc.property(fc.array(fc.array(name, { minLength: 1 }), { minLength: 1, maxLength: 4 }), (runs) => {
        const recordings = runs.map((names) => record([START, ...names.map((each) => callAt(1, each))]))
        const { calls } = proposalOf(recordings, OPTIONS)
        for (const recording of recordings)
          expect(calls).toEqual(expect.arrayContaining(Object.keys(recording.calls)))
      }),
    )
  })
})

describe('a user who is not root', () => {
  const reading = (...paths: readonly string[]) =>
    record([...SERVER, ...paths.map((path) => viewAt(3, 'openat', { 'fd.name': path }))])
  const ended = (of: Recording): Recording => ({ ...of, cut: ['modes'] })
  const verdictOf = (...recordings: readonly Recording[]) => proposalOf(recordings, OPTIONS).nonRoot.verdict

  test('is not proposed where the files of a run can no longer be looked at', () => {
    expect(verdictOf(reading('/etc/a'))).toBe('yes')
    expect(verdictOf(ended(reading('/etc/a')))).toBe('unknown')
    expect(verdictOf(ended(reading('/etc/a', '/etc/b')), reading('/etc/a'))).toBe('unknown')
    expect(verdictOf({ ...ended(reading()), cut: ['modes', 'read'] }, reading('/etc/a'))).toBe('unknown')
    expect(verdictOf(ended(reading()))).toBe('unknown')
  })

  test('is proposed where another run read the same files, and those could be looked at', () => {
    expect(verdictOf(ended(reading('/etc/a')), reading('/etc/a', '/etc/b'))).toBe('yes')
    expect(verdictOf(ended(reading()), reading('/etc/a'))).toBe('yes')
    expect(verdictOf(ended(reading('/etc/a')), { ...reading('/etc/a'), rootOnly: ['/etc/a'] })).toBe('no')
  })
})

describe('the patch', () => {
  const proposal = proposalOf(
    [
      record([
        ...SERVER,
        viewAt(3, 'openat', { 'fd.name': '/tmp/x', 'evt.is_open_write': 'true' }),
        viewAt(3, 'notification', {
          'container.id': 'host',
          'evt.arg.id': 'capability',
          'evt.arg.desc': '007',
        }),
      ]),
    ],
    OPTIONS,
  )
  const operations = (container: object, spec: object = {}) => {
    const template = podTemplateOf({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { template: { spec: { containers: [{ name: 'web', ...container }], ...spec } } },
    })
    if (template === undefined) throw new Error('no template')
    return patchOf(template, { field: 'containers', index: 0 }, proposal, {
      localhostProfile: 'haetae/web.json',
    }).map(({ op, path, ...rest }) => [op, path.join('.'), 'value' in rest ? rest.value : undefined])
  }
  const BASE = 'spec.template.spec'

  test('of a container that says nothing', () => {
    expect(operations({})).toEqual([
      [
        'add',
        `${BASE}.containers.0.securityContext`,
        {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: 65_532,
          seccompProfile: { type: 'Localhost', localhostProfile: 'haetae/web.json' },
        },
      ],
      ['add', `${BASE}.containers.0.volumeMounts`, [{ name: 'tmp', mountPath: '/tmp' }]],
      ['add', `${BASE}.containers.0.ports`, [{ containerPort: 8080 }]],
      ['add', `${BASE}.volumes`, [{ name: 'tmp', emptyDir: {} }]],
    ])
  })

  test('of one that has some of it, leaves that alone', () => {
    const container = {
      securityContext: { privileged: true, runAsUser: 1000, allowPrivilegeEscalation: false },
      ports: [{ containerPort: 8080 }],
      volumeMounts: [{ name: 'tmp', mountPath: '/data' }],
    }
    const paths = operations(container, { volumes: [{ name: 'tmp', emptyDir: {} }] }).map(
      ([op, path]) => `${op} ${path}`,
    )
    expect(paths).toEqual([
      `replace ${BASE}.containers.0.securityContext.privileged`,
      `add ${BASE}.containers.0.securityContext.capabilities`,
      `add ${BASE}.containers.0.securityContext.readOnlyRootFilesystem`,
      `add ${BASE}.containers.0.securityContext.runAsNonRoot`,
      `add ${BASE}.containers.0.securityContext.seccompProfile`,
      `add ${BASE}.containers.0.volumeMounts.1`,
      `add ${BASE}.volumes.1`,
    ])
  })
})

describe('verifying', () => {
  test('tells what is outside a profile', () => {
    const allowed = allowedBy({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [
        { names: ['read', 'execve'], action: 'SCMP_ACT_ALLOW' },
        { names: ['accept'], action: 'SCMP_ACT_ERRNO' },
        { name: 'openat', action: 'SCMP_ACT_ALLOW' },
      ],
    })
    const outside = allowed && outsideOf(record(SERVER).calls, allowed)
    expect(outside?.map(({ call }) => call)).toEqual(['accept', 'bind', 'mmap', 'socket'])
  })

  test.each([[null], [[]], [{}], [{ defaultAction: 'x', syscalls: [3] }]])('%j is no profile', (value) => {
    expect(allowedBy(value)).toBeUndefined()
  })

  test('reads the kernel’s audit log', () => {
    const log = [
      'type=SECCOMP msg=audit(1700000000.123:42): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=77 comm="httpd" exe="/bin/busybox" sig=0 arch=c000003e syscall=83 compat=0 ip=0x4 code=0x7ffc0000',
      '[  12.3] audit: type=1326 audit(1700000001.5:43): pid=78 comm="httpd" exe="/bin/busybox" sig=0 arch=c000003e syscall=83 compat=0 ip=0x4 code=0x7ffc0000',
      'type=1326 audit(1.5:43): pid=78 exe="/x" sig=0 arch=40000003 syscall=83 compat=1 ip=0x4 code=0x7ffc0000',
      'type=SYSCALL msg=audit(1700000000.123:42): arch=c000003e syscall=83',
    ].join('\n')
    expect(readSeccompAudit(log)).toEqual([
      { call: 'mkdir', source: 'audit', programs: ['/bin/busybox'], count: 2 },
    ])
  })

  test('takes any log', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSeccompAudit(`type=1326 ${text}`)))
  })
})
