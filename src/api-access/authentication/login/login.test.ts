import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Authority, openAuthority } from '../authority/authority.ts'
import { newCertificateRequest } from '../authority/certificate-request.ts'
import { parseCaBundle } from '../certificates/ca-bundle.ts'
import { clientCertificateAuthenticator } from '../certificates/client-certificate.ts'
import { authenticationChain } from '../chain.ts'
import { newCodeSecret } from '../local-users/one-time-code.ts'
import { hashPassword, isPassword } from '../local-users/password.ts'
import { addUser, changePassword, readUsers, removeUser } from '../local-users/user-file.ts'
import { AuthenticationSetupError } from '../setup-error.ts'
import { answerLogin } from './endpoint.ts'
import { createLogin, type Login } from './login.ts'

const PASSWORD = 'correct horse battery'
const MINUTE = 60_000
let folder: string
let file: string
let now: number
let authority: Authority
let login: Login
const secret = newCodeSecret()
let stored: string

// Hashing is meant to take its time: once will do.
beforeAll(async () => {
  const made = mkdtempSync(join(tmpdir(), 'haetae-users-'))
  await addUser(join(made, 'users.json'), {
    name: 'jane',
    groups: ['shop'],
    password: PASSWORD,
    codeSecret: secret,
  })
  await addUser(join(made, 'users.json'), { name: 'joe', groups: [], password: PASSWORD })
  stored = readFileSync(join(made, 'users.json'), 'utf8')
  expect(statSync(join(made, 'users.json')).mode & 0o777).toBe(0o600)
  rmSync(made, { recursive: true })
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-login-'))
  file = join(folder, 'users.json')
  now = Math.floor(Date.now() / 1000) * 1000
  authority = await openAuthority({ folder: join(folder, 'ca'), now: () => now })
  login = createLogin({ authority, users: () => readUsers(file), now: () => now })
  writeFileSync(file, stored, { mode: 0o600 })
})
afterEach(() => rmSync(folder, { recursive: true }))

const code = (at = now) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

async function enter(changes: object = {}) {
  const { request, key } = await newCertificateRequest()
  const given = {
    name: 'jane',
    password: PASSWORD,
    code: code(),
    certificateRequest: request,
    address: '192.0.2.7',
  }
  return { key, answer: await login.enter({ ...given, ...changes }) }
}

function chainOf() {
  const trusted = parseCaBundle(authority.certificate, 'ca.crt')
  return authenticationChain([clientCertificateAuthenticator({ value: () => trusted }, () => now)])
}

async function certificateOf(changes: object = {}): Promise<X509Certificate> {
  const { answer } = await enter(changes)
  if (answer.kind !== 'certificate') throw new Error(answer.kind)
  return new X509Certificate(answer.certificate)
}

async function call(
  path: string,
  body: object | string,
  certificates: X509Certificate[] = [],
  method = 'POST',
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const request = { method, path, body: text, certificates, address: '192.0.2.7' }
  const found = await answerLogin(login, chainOf(), request)
  return found && { ...found, body: JSON.parse(found.body) as Record<string, string> }
}

describe('createLogin', () => {
  test('a certificate for the key of the request, for an hour, that the chain takes', async () => {
    const { key, answer } = await enter()
    if (answer.kind !== 'certificate') throw new Error(answer.kind)
    const certificate = new X509Certificate(answer.certificate)
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(answer.notAfter.getTime() - now).toBe(3600_000)
    const presented = { headers: {}, certificates: [certificate], address: '192.0.2.7' }
    expect(await chainOf().authenticate(presented, '/')).toMatchObject({
      by: { user: { name: 'jane', groups: ['shop', 'system:authenticated'] } },
    })
  })

  test.each<[string, () => object]>([
    ['another password', () => ({ password: 'correct horse batterz' })],
    ['an empty one', () => ({ password: '' })],
    ['an endless one', () => ({ password: 'x'.repeat(100_000) })],
    ['an unknown user', () => ({ name: 'mallory' })],
    ['a word of the language', () => ({ name: '__proto__' })],
    ['no code', () => ({ code: '' })],
    ['another code', () => ({ code: code() === '000000' ? '000001' : '000000' })],
    ['a code of two minutes ago', () => ({ code: code(now - 2 * MINUTE) })],
    ['a code of two minutes to come', () => ({ code: code(now + 2 * MINUTE) })],
  ])('refuses %s, and says no more', async (_, changes) => {
    expect((await enter(changes())).answer).toMatchObject({ kind: 'refused' })
  })

  test('a code is good once, and for clocks that differ by half a minute', async () => {
    expect((await enter({ code: code(now - 30_000) })).answer.kind).toBe('certificate')
    expect((await enter({ code: code(now - 30_000) })).answer.kind).toBe('refused')
    expect((await enter()).answer.kind).toBe('certificate')
    expect((await enter()).answer.kind).toBe('refused')
  })

  test('a wrong password does not use up a code', async () => {
    expect((await enter({ password: 'wrong password' })).answer.kind).toBe('refused')
    expect((await enter()).answer.kind).toBe('certificate')
  })

  test('without a second factor the password will do', async () => {
    expect((await enter({ name: 'joe', code: '' })).answer.kind).toBe('certificate')
  })

  test('a request for a certificate that proves nothing', async () => {
    expect((await enter({ certificateRequest: 'nonsense' })).answer.kind).toBe('malformed')
  })

  test('guessing becomes slower, known user or not, and ends with a success', async () => {
    for (const name of ['joe', 'mallory']) {
      const answers = []
      for (let tried = 0; tried < 6; tried++)
        answers.push((await enter({ name, password: 'wrong', address: name })).answer)
      expect(answers.map(({ kind }) => kind)).toEqual([
        'refused',
        'refused',
        'refused',
        'refused',
        'refused',
        'wait',
      ])
      expect(answers.at(-1)).toMatchObject({ kind: 'wait', seconds: 2 })
    }
    now += 2000
    expect((await enter({ name: 'joe' })).answer.kind).toBe('certificate')
    expect((await enter({ name: 'joe', password: 'wrong' })).answer.kind).toBe('refused')
    expect((await enter({ name: 'joe' })).answer.kind).toBe('certificate')
  })

  test('the wait doubles, up to a quarter of an hour', async () => {
    let longest = 0
    for (let tried = 0; tried < 20; tried++) {
      const { answer } = await enter({ name: 'joe', password: 'wrong', address: `192.0.2.${tried}` })
      if (answer.kind === 'wait') {
        longest = answer.seconds
        now += answer.seconds * 1000
      }
    }
    expect(longest).toBeGreaterThan(100)
    expect(longest).toBeLessThanOrEqual(900)
  })

  test('an address that tries many names has to wait; those that succeed from it do not', async () => {
    for (let tried = 0; tried < 30; tried++)
      expect((await enter({ name: 'joe' })).answer.kind).toBe('certificate')
    for (let tried = 0; tried < 20; tried++) await enter({ name: `user${tried}`, password: 'wrong' })
    expect((await enter({ name: 'joe' })).answer).toMatchObject({ kind: 'wait', seconds: 2 })
    expect((await enter({ name: 'joe', address: '192.0.2.8' })).answer.kind).toBe('certificate')
  })

  test('no more than four at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((each) => enter({ name: 'joe', address: `192.0.2.${each}` })),
    )
    expect(answers.filter(({ answer }) => answer.kind === 'wait')).toHaveLength(2)
  })
})

describe('answerLogin', () => {
  const body = async (changes: object = {}) => {
    const { request } = await newCertificateRequest()
    return { user: 'joe', password: PASSWORD, certificateRequest: request, ...changes }
  }

  test('is not asked for other paths', async () => {
    expect(await call('/api', {})).toBeUndefined()
    expect(await call('/.haetae/login/', {})).toBeUndefined()
  })

  test('logs in', async () => {
    const answer = await call('/.haetae/login', await body())
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
    expect(answer?.body['certificate']).toContain('BEGIN CERTIFICATE')
  })

  test.each<[string, () => Promise<object | string>, number]>([
    ['no JSON', async () => 'nonsense', 400],
    ['null', async () => 'null', 400],
    ['no password', () => body({ password: undefined }), 400],
    ['a list for a name', () => body({ user: ['joe'] }), 400],
    ['wrong', () => body({ password: 'wrong' }), 401],
    ['a bad request for a certificate', () => body({ certificateRequest: '' }), 400],
  ])('%s', async (_, made, status) => {
    expect(await call('/.haetae/login', await made())).toMatchObject({ status })
  })

  test('only POST, and not too often', async () => {
    expect(await call('/.haetae/login', '', [], 'GET')).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
    })
    for (let tried = 0; tried < 5; tried++) await call('/.haetae/login', await body({ password: 'wrong' }))
    expect(await call('/.haetae/login', await body())).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2' },
    })
  })

  test('renews while the session lasts, without a password', async () => {
    const { request: certificateRequest } = await newCertificateRequest()
    let own = await certificateOf()
    for (let renewed = 0; renewed < 12; renewed++) {
      now += 55 * MINUTE
      const answer = await call('/.haetae/renew', { certificateRequest }, [own])
      expect(answer?.status).toBe(200)
      own = new X509Certificate(answer?.body['certificate'] ?? '')
    }
    // Eleven hours: the last one ends with the session.
    now += 55 * MINUTE
    const last = await call('/.haetae/renew', { certificateRequest }, [own])
    expect(last?.status).toBe(200)
    expect(new X509Certificate(last?.body['certificate'] ?? '').validToDate.getTime() - now).toBeLessThan(
      6 * MINUTE,
    )
    now += 6 * MINUTE
    expect(await call('/.haetae/renew', { certificateRequest }, [own])).toMatchObject({ status: 401 })
  })

  test.each<[string, () => Promise<X509Certificate[]>]>([
    ['no certificate', async () => []],
    [
      'one that has ended',
      async () => {
        const own = await certificateOf()
        now += 61 * MINUTE
        return [own]
      },
    ],
    [
      'a user that was removed',
      async () => {
        const own = await certificateOf()
        removeUser(file, 'jane')
        return [own]
      },
    ],
    [
      'one that no login has given',
      async () => {
        const { certificate } = await authority.issueClient({ name: 'jane', groups: [] }, 3600)
        return [new X509Certificate(certificate)]
      },
    ],
    [
      "another authority's",
      async () => {
        const other = await openAuthority({ folder: join(folder, 'other') })
        const { certificate } = await other.issueClient({ name: 'jane', groups: [] }, 3600)
        return [new X509Certificate(certificate)]
      },
    ],
  ])('does not renew for %s', async (_, made) => {
    const { request: certificateRequest } = await newCertificateRequest()
    expect(await call('/.haetae/renew', { certificateRequest }, await made())).toMatchObject({ status: 401 })
  })

  test('whatever the request says, the certificate is for the user', async () => {
    const { request: certificateRequest } = await newCertificateRequest()
    const own = await certificateOf({ name: 'joe', code: '' })
    const answer = await call('/.haetae/renew', { certificateRequest, user: 'jane' }, [own])
    const renewed = new X509Certificate(answer?.body['certificate'] ?? '')
    expect(renewed.subject).toContain('CN=joe')
    expect(createPublicKey(renewed.toString()).asymmetricKeyType).toBe('ec')
  })
})

describe('the file of users', () => {
  test('is for its owner alone, and holds no password', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.stringify(readUsers(file))).not.toContain(PASSWORD)
    chmodSync(file, 0o640)
    expect(() => readUsers(file)).toThrow(expect.objectContaining({ code: 'ERR_AUTHENTICATION_FILE_MODE' }))
  })

  test('a new password counts at once', async () => {
    await changePassword(file, 'joe', 'another password')
    expect((await enter({ name: 'joe' })).answer.kind).toBe('refused')
    expect((await enter({ name: 'joe', password: 'another password' })).answer.kind).toBe('certificate')
  })

  test.each([
    ['there is one', { name: 'joe' }],
    ['a name of Kubernetes', { name: 'system:admin' }],
    ['a group of Kubernetes', { groups: ['system:masters'] }],
    ['an empty name', { name: '' }],
    ['a line break', { name: 'a\nb' }],
    ['a short password', { password: 'short' }],
    ['a long password', { password: 'x'.repeat(257) }],
  ])('refuses to add: %s', async (_, changes) => {
    const added = addUser(file, { name: 'new', groups: [], password: PASSWORD, ...changes })
    await expect(added).rejects.toMatchObject({ code: 'ERR_LOCAL_USER' })
  })

  test.each([
    ['text', 'nonsense'],
    ['another form', '{"version":2,"users":[]}'],
    [
      'a hash that would take a gigabyte',
      JSON.stringify({
        version: 1,
        users: [
          {
            name: 'a',
            groups: [],
            passwordHash: `$argon2id$v=19$m=9999999,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`,
          },
        ],
      }),
    ],
    [
      'a group of Kubernetes',
      JSON.stringify({ version: 1, users: [{ name: 'a', groups: ['system:masters'], passwordHash: '' }] }),
    ],
  ])('refuses %s', (_, text) => {
    writeFileSync(file, text, { mode: 0o600 })
    expect(() => readUsers(file)).toThrow(AuthenticationSetupError)
  })
})

describe('passwords', () => {
  test('one form of a letter is as good as the other', async () => {
    expect(await isPassword('cafe\u0301 au lait', await hashPassword('caf\u00e9 au lait'))).toBe(true)
  })
  test('each hash is salted', async () => {
    expect(await hashPassword(PASSWORD)).not.toBe(await hashPassword(PASSWORD))
  })
  test('no hash, or a broken one, is never right', async () => {
    for (const hash of [undefined, '', '$argon2id$v=19$m=8,t=1,p=1$AA$AA'])
      expect(await isPassword('', hash)).toBe(false)
  })
})
