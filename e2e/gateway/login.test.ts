import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClusterLog } from '../setup/audit-log.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { GateProcess, kubectl, succeeds } from './gate-process.ts'
import { findKubectls, run } from './kubectls.ts'

const NAMESPACE = 'gate-login'
const PASSWORD = 'correct horse battery staple'
const PROGRAM = resolve('bin/haetae')
const kubectls = findKubectls()

/** A local user, from `haetae user add` to kubectl's calls. */
describe('haetae login', needs(anyCluster.kubeconfig && kubectls[0], anyCluster.otherwise), () => {
  const direct = anyCluster.kubeconfig ?? ''
  const gate = new GateProcess(direct)
  const log = new ClusterLog(anyCluster.auditLog ?? '')
  const users = join(gate.folder, 'users.json')
  const kubeconfig = join(gate.folder, 'kim.kubeconfig')
  const path = process.env['PATH']
  let codes = new TOTP()
  let used = ''

  beforeAll(async () => {
    // The plugin is called by its name, and keeps what it gets in the user's own folder.
    process.env['PATH'] = `${resolve('bin')}:${path}`
    process.env['XDG_CACHE_HOME'] = join(gate.folder, 'cache')
    await succeeds(direct, ['create', 'namespace', NAMESPACE])
    const binding = ['create', 'rolebinding', 'ops', '--clusterrole=edit', '--group=ops']
    await succeeds(direct, ['-n', NAMESPACE, ...binding])
    const added = await haetae(['user', 'add', 'kim', '--group', 'ops', '--users', users], `${PASSWORD}\n`)
    const secret = new URL(added.stdout.toString().trim()).searchParams.get('secret') ?? ''
    codes = new TOTP({ secret: Secret.fromBase32(secret) })
    await gate.start('--users', users)
  })
  afterAll(async () => {
    process.env['PATH'] = path
    delete process.env['XDG_CACHE_HOME']
    await kubectl(direct, ['delete', 'namespace', NAMESPACE, '--wait=false'])
    await gate.close()
  })

  async function haetae(args: readonly string[], stdin = '') {
    const ran = run(kubeconfig, PROGRAM, args)
    ran.child.stdin.end(stdin)
    return ran.ended
  }

  const login = () => [
    ...['login', '--server', `https://127.0.0.1:${gate.port}`, '--user', 'kim'],
    ...['--certificate-authority', gate.authorityFile, '--kubeconfig', kubeconfig],
  ]

  test('without a code, or with a wrong one: refused, and nothing is written', async () => {
    const wrong = codes.generate() === '000000' ? '000001' : '000000'
    for (const code of ['', wrong]) {
      const { status, stderr } = await haetae(login(), `${PASSWORD}\n${code}\n`)
      expect([status, stderr]).toEqual([2, expect.stringContaining('ERR_LOGIN: the gate refuses this')])
    }
    expect(existsSync(kubeconfig)).toBe(false)
  })

  test('at a terminal: the password is not shown; the kubeconfig holds no key', async () => {
    const line = [PROGRAM, ...login(), '--lang', 'en'].join(' ')
    const ran = run(kubeconfig, 'script', ['-qec', line, '/dev/null'])
    await expect.poll(() => ran.said).toContain('Password:')
    ran.child.stdin.write(`${PASSWORD}\n`)
    await expect.poll(() => ran.said).toContain('One-time code')
    used = codes.generate()
    ran.child.stdin.write(`${used}\n`)
    expect((await ran.ended).status).toBe(0)
    expect(ran.said).toContain('logged in as "kim"')
    expect(ran.said).not.toContain(PASSWORD)
    expect(readFileSync(kubeconfig, 'utf8')).not.toMatch(/PRIVATE KEY|client-key/)
  })

  test('a code is good once', async () => {
    const { status, stderr } = await haetae(login(), `${PASSWORD}\n${used}\n`)
    expect([status, stderr]).toEqual([2, expect.stringContaining('ERR_LOGIN')])
  })

  test.each(kubectls)(
    'kubectl $version enters by the plugin, with the rights of the group',
    async (program) => {
      const call = (...args: string[]) => run(kubeconfig, program.path, ['-n', NAMESPACE, ...args]).ended
      const name = program.version.replaceAll('.', '-')
      const made = await call('create', 'configmap', name)
      expect([made.status, made.stderr]).toEqual([0, ''])
      const refused = await call('get', 'nodes')
      expect([refused.status, refused.stderr]).toEqual([
        1,
        expect.stringContaining('nodes is forbidden: User "kim" cannot list resource "nodes"'),
      ])
      if (anyCluster.auditLog === undefined) return
      // The API server answers, and then writes that it has.
      await expect
        .poll(() => log.impersonated().find(({ objectRef }) => objectRef?.name === name)?.impersonatedUser)
        .toMatchObject({ username: 'kim', groups: expect.arrayContaining(['ops', 'system:authenticated']) })
    },
  )

  test('the trail knows of no password, code or key', () => {
    const told = [JSON.stringify(gate.events()), gate.said].join('\n')
    expect(told).not.toMatch(/PRIVATE KEY|"password"/)
    expect(told).not.toContain(PASSWORD)
  })
})
