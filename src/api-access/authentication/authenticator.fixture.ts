import type { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import type { User } from '../request/index.ts'
import { AuthenticationError } from './authentication-error.ts'
import type { Authenticator, Presented } from './authenticator.ts'

export const NOTHING: Presented = { headers: {}, certificates: [], address: '192.0.2.7' }

export function withToken(token: string, headers: Presented['headers'] = {}): Presented {
  return { ...NOTHING, headers: { ...headers, authorization: `Bearer ${token}` } }
}

export function withCertificates(...certificates: X509Certificate[]): Presented {
  return { ...NOTHING, certificates }
}

/** What any authenticator is asked in the shared table. */
export interface AuthenticatorCases {
  readonly authenticator: Authenticator
  /** Each with the user that it must give. */
  readonly good: Readonly<Record<string, readonly [Presented, User]>>
  /** Each with the code of its refusal. */
  readonly bad: Readonly<Record<string, readonly [Presented, string]>>
  /** Credentials of other kinds. */
  readonly foreign: Readonly<Record<string, Presented>>
}

/** The table that all authenticators pass: each case is run by itself, in a world that `prepare` makes. */
export function authenticatorCases(names: CaseNames, prepare: () => Promise<AuthenticatorCases>): void {
  test('nothing presented: undefined', async () => {
    const { authenticator } = await prepare()
    expect(await authenticator.authenticate(NOTHING)).toBeUndefined()
  })
  test.each(names.good)('good: %s', async (name) => {
    const { authenticator, good } = await prepare()
    const [presented, user] = found(good, name)
    expect(await authenticator.authenticate(presented)).toMatchObject({
      user,
      authenticator: authenticator.name,
    })
  })
  test.each(names.bad)('bad: %s', async (name) => {
    const { authenticator, bad } = await prepare()
    const [presented, code] = found(bad, name)
    const error = await authenticator.authenticate(presented).then(
      (outcome) => expect.fail(`it was taken: ${JSON.stringify(outcome)}`),
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ code })
    const secret = String(presented.headers['authorization'] ?? '').split(' ')[1]
    if (secret !== undefined) expect(JSON.stringify(error)).not.toContain(secret)
  })
  test.each(names.foreign)('of another kind: %s', async (name) => {
    const { authenticator, foreign } = await prepare()
    expect(await authenticator.authenticate(found(foreign, name))).toBeUndefined()
  })
  test('the table has every case', async () => {
    const { good, bad, foreign } = await prepare()
    const keys = { good: Object.keys(good), bad: Object.keys(bad), foreign: Object.keys(foreign) }
    expect(keys).toEqual({ good: [...names.good], bad: [...names.bad], foreign: [...names.foreign] })
  })
}

export interface CaseNames {
  readonly good: readonly string[]
  readonly bad: readonly string[]
  readonly foreign: readonly string[]
}

function found<T>(cases: Readonly<Record<string, T>>, name: string): T {
  const value = cases[name]
  if (value === undefined) throw new Error(`no case ${name}`)
  return value
}
