import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { podTemplateOf } from '../../../kubernetes/index.ts'
import { callAt, viewAt } from '../observation/view.fixture.ts'
import { patchOf } from './patch.ts'
import { capability, OPTIONS, record, SERVER, START, type View } from './profile.fixture.ts'
import { proposalOf } from './proposal.ts'
import type { Recording } from './recording.ts'

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

  test('puts no emptyDir over the program itself', () => {
    const { readOnlyRoot } = proposalOf(
      [
        record([
          viewAt(0, 'execve', { 'proc.exepath': '/app/server', 'user.uid': '0' }),
          viewAt(1, 'openat', { 'fd.name': '/app/log', 'evt.is_open_write': 'true' }),
        ]),
      ],
      OPTIONS,
    )
    expect(readOnlyRoot).toMatchObject({ verdict: 'no', paths: { hiding: ['/app'], emptyDirs: [] } })
  })

  test('puts no emptyDir over a file of the image that is read and then replaced', () => {
    const moving = { 'fs.path.source': '/data/state.new', 'fs.path.target': '/data/state' }
    const flags = { 'evt.is_open_write': 'true', 'evt.arg.flags': 'O_CREAT|O_WRONLY|O_F_CREATED' }
    const views = [
      ...SERVER,
      viewAt(2, 'openat', { 'fd.name': '/data/state' }),
      viewAt(3, 'openat', { 'fd.name': '/data/state.new', ...flags }),
      viewAt(3, 'rename', moving),
    ]
    const { readOnlyRoot } = proposalOf([record(views)], OPTIONS)
    expect(readOnlyRoot).toMatchObject({ verdict: 'no', paths: { hiding: ['/data'], emptyDirs: [] } })
  })

  test('puts an emptyDir over the folder of the image that it writes to, and over none that has others', () => {
    const writing = (path: string) => viewAt(3, 'openat', { 'fd.name': path, 'evt.is_open_write': 'true' })
    const rootOf = (...views: readonly View[]) => proposalOf([record(views)], OPTIONS).readOnlyRoot
    const cached = [
      viewAt(2, 'mkdir', { 'fs.path.name': '/var/cache/nginx/a' }),
      writing('/var/cache/nginx/a/b'),
    ]
    expect(rootOf(...SERVER, ...cached)).toMatchObject({
      verdict: 'yes',
      paths: { emptyDirs: ['/var/cache/nginx'] },
    })
    expect(rootOf(...SERVER, ...cached, writing('/var/cache/x'))).toMatchObject({
      verdict: 'no',
      paths: { hiding: ['/var/cache'] },
    })
    // What was made before the recording began is not the image's.
    expect(rootOf(...SERVER.slice(1), ...cached).paths.emptyDirs).toEqual(['/var/cache'])
  })

  test('does not know whether what it moves between folders may be moved between emptyDirs', () => {
    const made = viewAt(2, 'mkdir', { 'fs.path.name': '/tmp/b' })
    const moving = (from: string, to: string) =>
      proposalOf(
        [record([...SERVER, made, viewAt(3, 'rename', { 'fs.path.source': from, 'fs.path.target': to })])],
        OPTIONS,
      ).readOnlyRoot
    expect(moving('/tmp/a', '/tmp/b/c').verdict).toBe('yes')
    expect(moving('/tmp/a', '/data/a')).toMatchObject({
      verdict: 'unknown',
      reasons: [{ id: 'profile.movesBetween', data: { files: ['/tmp/a → /data/a'] } }],
    })
  })

  test.each([
    ['read', {}],
    ['written', { 'evt.is_open_write': 'true' }],
  ])('promises nothing where more files are %s than a recording keeps', (_, fields) => {
    const using = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        viewAt(2, 'openat', { 'fd.name': `/tmp/${index}`, ...fields }),
      )
    const proposed = (views: readonly View[]) => proposalOf([record([...SERVER, ...views])], OPTIONS)
    // Of what is read the program is one.
    expect(proposed([...using(4999), ...using(10)])).toMatchObject({
      nonRoot: { verdict: 'yes' },
      readOnlyRoot: { verdict: 'yes' },
    })
    const unknown = { verdict: 'unknown', reasons: [{ id: 'profile.pathsCut' }] }
    expect(proposed(using(5001))).toMatchObject({ nonRoot: unknown, readOnlyRoot: unknown })
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

  const writing = (...paths: readonly string[]) =>
    record([
      ...SERVER,
      viewAt(2, 'openat', { 'fd.name': '/etc/app.conf' }),
      ...paths.map((path) => viewAt(3, 'openat', { 'fd.name': path, 'evt.is_open_write': 'true' })),
    ])

  test('is not proposed where it writes to folders of the image that no emptyDir takes the place of', () => {
    expect(verdictOf(writing('/data/x', '/tmp/y'))).toBe('yes')
    const { nonRoot } = proposalOf([writing('/etc/new', '/data/x', '/tmp/y', '/z')], OPTIONS)
    expect(nonRoot).toMatchObject({
      verdict: 'unknown',
      user: null,
      reasons: [{ id: 'profile.writesAsRoot', data: { folders: ['/', '/data', '/etc'] } }],
    })
  })

  test('is not proposed where it writes to a volume that may be root’s', () => {
    const volumes = ['/data', '/cache/', '/cache/claim']
    const of = (path: string, writableByOthers: readonly string[]) =>
      proposalOf([writing(path)], { ...OPTIONS, volumes, writableByOthers }).nonRoot.verdict
    expect(of('/data/x', ['/cache'])).toBe('unknown')
    expect(of('/cache/x', ['/cache'])).toBe('yes')
    expect(of('/cache/claim/x', ['/cache'])).toBe('unknown')
  })

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
