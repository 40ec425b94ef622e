import { describe, expect, test } from 'vitest'
import { assignsCredential, holdsCredential, isCredentialName } from './credential.ts'
import { JWT } from './redaction.fixture.ts'

describe('credentials', () => {
  test.each([
    'DB_PASSWORD',
    'dbPassword',
    'api-key',
    'apiKey',
    'token',
    'accessToken',
    'client_secret',
    'aws_secret_access_key',
    '.dockerconfigjson',
    'Authorization',
    'ssh-privatekey',
    'GITHUB_TOKEN2',
    'pass',
  ])('%s names one', (name) => expect(isCredentialName(name)).toBe(true))
  test.each([
    'tokenExpirationSeconds',
    'secretName',
    'key',
    'name',
    'passthrough',
    'TOKEN_TTL',
    'PASSWORD_FILE',
    'monkey',
    'imagePullSecrets',
    'compass',
  ])('%s names none', (name) => expect(isCredentialName(name)).toBe(false))
  test.each([
    JWT,
    'AKIAIOSFODNN7EXAMPLE',
    `ghp_${'a'.repeat(36)}`,
    'https://u:p@h/',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer abcdef',
    'Server=x;Password=abcd',
  ])('%s is one', (text) => expect(holdsCredential(text)).toBe(true))
  test.each([
    '',
    'eyJ',
    'https://example.com:443/x@y',
    'bearer of news',
    'eyJhbGciOi and more',
    'task-force-of-some-length-that-is-long'.slice(0, 20),
  ])('%s is none', (text) => expect(holdsCredential(text)).toBe(false))
  test.each(['password=x', 'db_password: "y"', '{"token":"x"}', '--api-key abc', 'A=1\nSECRET=2'])(
    '%s sets one',
    (text) => expect(assignsCredential(text)).toBe(true),
  )
  test.each(['tokenTtl=1h', 'passwordFile: /x', 'no secrets here', 'password='])('%s sets none', (text) =>
    expect(assignsCredential(text)).toBe(false),
  )

  test('no text takes long', () => {
    const before = process.cpuUsage()
    for (const piece of ['eyJ', 'eyJ-', '://a:', '-----BEGIN ', 'password ', 'sk-', ';password=', 'Bearer '])
      for (const check of [holdsCredential, assignsCredential]) check(piece.repeat(100_000))
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000)
  })
})
