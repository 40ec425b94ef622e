import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { KubeConfig } from '@kubernetes/client-node'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compilePolicy, createRedactor, decodePolicy } from '../../api-access/audit/index.ts'
import {
  type Authority,
  authenticationChain,
  clientCertificateAuthenticator,
  createLogin,
  openAuthority,
  parseCaBundle,
  readUsers,
} from '../../api-access/authentication/index.ts'
import { createLoginEndpoint, openJournal, openTrail, type Trail } from '../../api-access/gateway/index.ts'
import { createRenderer } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import type { Console } from '../user/prompt.ts'
import { add, list, passwd, remove } from '../user/user.ts'
import { cacheFile } from './credential-cache.ts'
import { login } from './login.ts'

const PASSWORD = 'correct horse battery'

let folder: string
let server: Server
let authority: Authority
let trail: Trail
let url: string

/** The program as a script calls it: no terminal, standard input as given. In this process, as it is much called. */
async function haetae(argv: readonly string[], input = '') {
  const written = { data: '', output: '' }
  const stream = (name: 'data' | 'output') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString()
        done()
      },
    })
  const environment = { XDG_CACHE_HOME: join(folder, 'cache') }
  const at = {
    input: Readable.from([Buffer.from(input)]),
    output: stream('output'),
    data: stream('data'),
    environment,
  }
  const status = await called(argv, at).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error
    at.output.write(`${error.code}: ${createRenderer([error.messages], 'en')(error.detail)}\n`)
    return 2
  })
  return { status, stdout: written.data, stderr: written.output }
}

/** What the options come to, as `define.ts` has them. */
function called([command = '', ...rest]: readonly string[], at: Console): Promise<number> {
  const options = { users: { type: 'string' }, 'certificate-authority': { type: 'string' } } as const
  const { values, positionals } = parseArgs({
    args: [...rest],
    allowPositionals: true,
    options: {
      ...options,
      group: { type: 'string', multiple: true },
      'no-code': { type: 'boolean' },
      format: { type: 'string', short: 'f', default: 'text' },
      server: { type: 'string', default: '' },
      user: { type: 'string' },
      kubeconfig: { type: 'string' },
      'exec-api-version': { type: 'string', default: 'v1beta1' },
      'exec-credential': { type: 'boolean' },
    },
  })
  const file = values.users === undefined ? {} : { users: values.users }
  const [verb, name = ''] = positionals
  if (command === 'login')
    return login(
      {
        server: values.server,
        execApiVersion: values['exec-api-version'],
        ...(values.user !== undefined && { user: values.user }),
        ...(values.kubeconfig !== undefined && { kubeconfig: values.kubeconfig }),
        ...(values['exec-credential'] === true && { execCredential: true }),
        ...(values['certificate-authority'] !== undefined && {
          certificateAuthority: values['certificate-authority'],
        }),
      },
      'en',
      at,
    )
  if (verb === 'add')
    return add(name, { ...file, code: values['no-code'] !== true, group: values.group ?? [] }, 'en', at)
  if (verb === 'passwd') return passwd(name, file, 'en', at)
  return (async () =>
    verb === 'list' ? list({ ...file, format: values.format }, 'en', at) : remove(name, file, 'en', at))()
}

const users = () => ['--users', join(folder, 'users.json')]
const trust = () => ['--certificate-authority', join(folder, 'ca', 'ca.crt')]
const kept = () => join(folder, 'cache', 'haetae', 'login')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-cli-login-'))
  authority = await openAuthority({ folder: join(folder, 'ca') })
  const trusted = parseCaBundle(authority.certificate, 'ca.crt')
  const logins = createLogin({ authority, users: () => readUsers(join(folder, 'users.json')) })
  const chain = authenticationChain([clientCertificateAuthenticator({ value: () => trusted })])
  const policy = decodePolicy({ rules: [{ level: 'None' }] })
  if ('error' in policy) throw new Error(policy.error)
  trail = openTrail({
    policy: compilePolicy(policy.policy),
    redact: createRedactor(),
    sinks: [],
    journal: openJournal({ folder: join(folder, 'journal') }),
  })
  const endpoint = createLoginEndpoint({
    login: logins,
    chain,
    trail,
    onError: (error) => expect.fail(String(error)),
  })
  const { certificate, key } = await authority.issueServer(['localhost'], 3600)
  const tls = {
    cert: certificate,
    key,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  }
  server = createServer(tls, (request, response) => {
    if (!endpoint(request, response)) response.writeHead(404).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `https://localhost:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await trail.close()
  rmSync(folder, { recursive: true })
})

describe('haetae user', () => {
  test('adds, lists, changes and removes', async () => {
    const added = await haetae(['user', 'add', 'jane', '--group', 'shop', ...users()], `${PASSWORD}\n`)
    expect([added.status, added.stdout]).toEqual([
      0,
      expect.stringMatching(/^otpauth:\/\/totp\/Haetae:jane\?/),
    ])
    expect((await haetae(['user', 'add', 'joe', '--no-code', ...users()], PASSWORD)).status).toBe(0)
    expect((await haetae(['user', 'list', ...users()])).stdout).toBe(
      'jane\tshop\tone-time code\njoe\t-\tpassword only\n',
    )
    expect(JSON.parse((await haetae(['user', 'list', '-f', 'json', ...users()])).stdout)[0]).toEqual({
      name: 'jane',
      groups: ['shop'],
      code: true,
    })
    expect((await haetae(['user', 'passwd', 'joe', ...users()], 'another password')).status).toBe(0)
    expect(await haetae(['user', 'remove', 'joe', ...users()])).toMatchObject({ status: 0, stdout: '' })
    expect((await haetae(['user', 'list', ...users()])).stdout).not.toContain('joe')
  })

  test.each([
    ['a user twice', ['user', 'add', 'jane'], PASSWORD, 'ERR_LOCAL_USER: there is already a user "jane"'],
    [
      'a short password',
      ['user', 'add', 'new'],
      'short',
      'ERR_LOCAL_USER: a password has 10 to 256 characters',
    ],
    [
      'a name of Kubernetes',
      ['user', 'add', 'system:admin'],
      PASSWORD,
      'ERR_LOCAL_USER: "system:admin" cannot be',
    ],
    ['nobody', ['user', 'remove', 'nobody'], '', 'ERR_LOCAL_USER: there is no user "nobody"'],
  ])('refuses %s', async (_, argv, input, said) => {
    const { status, stderr } = await haetae([...argv, ...users()], input)
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)])
  })
})

describe('haetae login', () => {
  beforeAll(async () => {
    await haetae(['user', 'add', 'kim', '--group', 'ops', '--no-code', ...users()], PASSWORD)
  })
  beforeEach(() => rmSync(join(folder, 'cache'), { recursive: true, force: true }))

  const kubeconfig = () => join(folder, 'config')
  const loggingIn = (input = PASSWORD, argv: string[] = []) =>
    haetae(
      ['login', '--server', url, '--user', 'kim', '--kubeconfig', kubeconfig(), ...trust(), ...argv],
      input,
    )
  const plugin = (argv: string[] = []) =>
    haetae(['login', '--exec-credential', '--server', url, '--user', 'kim', ...trust(), ...argv])
  const keptFile = () => join(kept(), readdirSync(kept())[0] ?? '')

  test('writes a kubeconfig that calls it, and leaves the rest as it was', async () => {
    writeFileSync(
      kubeconfig(),
      '# mine\napiVersion: v1\nkind: Config\nusers:\n- name: other\n  user:\n    token: x # keep\n',
    )
    const { status, stderr } = await loggingIn()
    expect([status, stderr]).toEqual([0, expect.stringContaining('logged in as "kim"')])
    const text = readFileSync(kubeconfig(), 'utf8')
    expect(text).toContain('# mine')
    expect(text).toContain('token: x # keep')
    expect(statSync(kubeconfig()).mode & 0o777).toBe(0o600)
    const config = new KubeConfig()
    config.loadFromString(text)
    expect(config.getCurrentCluster()).toMatchObject({
      server: url,
      caData: Buffer.from(authority.certificate).toString('base64'),
    })
    expect(config.getCurrentUser()?.exec).toMatchObject({
      command: 'haetae',
      apiVersion: 'client.authentication.k8s.io/v1beta1',
    })
    expect(statSync(keptFile()).mode & 0o777).toBe(0o600)
    expect(text).not.toContain('PRIVATE KEY')
    // Again: in the same places.
    await loggingIn()
    expect(readFileSync(kubeconfig(), 'utf8')).toBe(text)
  })

  test.each(['v1', 'v1beta1'])('prints the credential for kubectl: %s', async (version) => {
    await loggingIn()
    const { status, stdout } = await plugin(['--exec-api-version', version])
    const credential = JSON.parse(stdout)
    expect([status, credential.apiVersion, credential.kind]).toEqual([
      0,
      `client.authentication.k8s.io/${version}`,
      'ExecCredential',
    ])
    const certificate = new X509Certificate(credential.status.clientCertificateData)
    expect(certificate.subject).toBe('O=ops\nCN=kim')
    expect(Date.parse(credential.status.expirationTimestamp)).toBe(certificate.validToDate.getTime())
    expect(credential.status.clientKeyData).toContain('PRIVATE KEY')
  })

  test('renews before the end, without asking; what still holds is better than none', async () => {
    await loggingIn()
    const file = keptFile()
    const soon = {
      ...JSON.parse(readFileSync(file, 'utf8')),
      notAfter: new Date(Date.now() + 60_000).toISOString(),
    }
    writeFileSync(file, JSON.stringify(soon))
    const renewed = JSON.parse((await plugin()).stdout)
    expect(renewed.status.clientCertificateData).not.toBe(soon.certificate)
    expect(JSON.parse(readFileSync(file, 'utf8')).certificate).toBe(renewed.status.clientCertificateData)
    const { certificate, key } = await authority.issueClient({ name: 'kim', groups: [] }, 3600)
    writeFileSync(file, JSON.stringify({ ...soon, certificate, key }))
    expect(JSON.parse((await plugin()).stdout).status.clientCertificateData).toBe(certificate)
  })

  test('says what to do where the login has ended and nobody can be asked', async () => {
    const { status, stdout, stderr } = await plugin()
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      `ERR_LOGIN: the login has ended, and there is no terminal to ask at; run: haetae login --server ${url}`,
    )
  })

  test('a one-time code on the second line', async () => {
    const { stdout } = await haetae(['user', 'add', 'lee', ...users()], PASSWORD)
    const secret = new URL(stdout.trim()).searchParams.get('secret') ?? ''
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
    const argv = ['login', '--server', url, '--user', 'lee', '--kubeconfig', kubeconfig(), ...trust()]
    expect(await haetae(argv, `${PASSWORD}\n`)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('ERR_LOGIN:'),
    })
    expect(await haetae(argv, `${PASSWORD}\n${code}\n`)).toMatchObject({ status: 0 })
  })

  test.each<[string, () => Promise<{ status: number | null; stderr: string }>, string]>([
    ['a wrong password', () => loggingIn('wrong password'), 'ERR_LOGIN: the gate refuses this'],
    [
      'no HTTPS',
      () => haetae(['login', '--server', 'http://localhost', '--user', 'kim'], ''),
      'ERR_LOGIN_SERVER: "http://localhost"',
    ],
    [
      'a gate that is not trusted',
      () => haetae(['login', '--server', url, '--user', 'kim'], PASSWORD),
      '--certificate-authority',
    ],
    [
      'no gate',
      () => haetae(['login', '--server', 'https://localhost:1', '--user', 'kim'], PASSWORD),
      'ERR_LOGIN_SERVER: https://localhost:1 cannot be reached: connection refused',
    ],
    [
      'an authority that is not there',
      () =>
        haetae(['login', '--server', url, '--user', 'kim', '--certificate-authority', '/nowhere'], PASSWORD),
      'cannot use /nowhere: no such file or folder',
    ],
  ])('%s: nothing is written, no secret is told', async (_, run, said) => {
    rmSync(kubeconfig(), { force: true })
    const { status, stderr } = await run()
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(stderr).not.toContain(PASSWORD)
    expect(existsSync(kubeconfig())).toBe(false)
    expect(existsSync(kept())).toBe(false)
  })

  test('a kubeconfig that is none is not repeated, and not overwritten', async () => {
    writeFileSync(kubeconfig(), 'token: [S3cr3t')
    const { status, stderr } = await loggingIn()
    expect([status, stderr]).toEqual([2, expect.stringContaining('ERR_KUBECONFIG')])
    expect(stderr).not.toContain('S3cr3t')
    expect(readFileSync(kubeconfig(), 'utf8')).toBe('token: [S3cr3t')
  })
})

test('each server and user has a file of its own', () => {
  expect(
    new Set([
      cacheFile('https://a', 'b', {}),
      cacheFile('https://a', 'c', {}),
      cacheFile('https://ab', '', {}),
    ]).size,
  ).toBe(3)
})
