import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasDigest, parseImageReference } from './image-reference.ts'

const SHA256 = `sha256:${'f'.repeat(64)}`
const SHA512 = `sha512:${'0a'.repeat(64)}`

describe('valid references', () => {
  it.each([
    ['nginx', { domain: 'docker.io', repository: 'library/nginx' }],
    ['nginx:1.27', { domain: 'docker.io', repository: 'library/nginx', tag: '1.27' }],
    ['test_com', { domain: 'docker.io', repository: 'library/test_com' }],
    ['test.com:5000', { domain: 'docker.io', repository: 'library/test.com', tag: '5000' }],
    ['lowercase:Uppercase', { domain: 'docker.io', repository: 'library/lowercase', tag: 'Uppercase' }],
    ['team/app', { domain: 'docker.io', repository: 'team/app' }],
    ['docker.io/nginx', { domain: 'docker.io', repository: 'library/nginx' }],
    ['index.docker.io/library/nginx', { domain: 'docker.io', repository: 'library/nginx' }],
    ['localhost/app', { domain: 'localhost', repository: 'app' }],
    ['test:5000/repo', { domain: 'test:5000', repository: 'repo' }],
    ['test:5000/repo:tag', { domain: 'test:5000', repository: 'repo', tag: 'tag' }],
    [`test:5000/repo@${SHA256}`, { domain: 'test:5000', repository: 'repo', digest: SHA256 }],
    [`test:5000/a/b:tag@${SHA512}`, { domain: 'test:5000', repository: 'a/b', tag: 'tag', digest: SHA512 }],
    ['192.168.1.1:5000/repo:5050', { domain: '192.168.1.1:5000', repository: 'repo', tag: '5050' }],
    ['[2001:db8::1]:5000/repo:tag', { domain: '[2001:db8::1]:5000', repository: 'repo', tag: 'tag' }],
    [
      'xn--n3h.com/my--image:xn--n3h.com',
      { domain: 'xn--n3h.com', repository: 'my--image', tag: 'xn--n3h.com' },
    ],
    ['Uppercase/lowercase:tag', { domain: 'Uppercase', repository: 'lowercase', tag: 'tag' }],
  ])('%s', (image, expected) => {
    expect(parseImageReference(image)).toEqual(expected)
  })
})

describe('what is no reference', () => {
  it.each([
    '',
    ':justtag',
    `@${SHA256}`,
    'repo@sha256:ffff',
    `repo@sha256:${'f'.repeat(63)}`,
    `repo@sha256:${'F'.repeat(64)}`,
    `repo@md5:${'f'.repeat(32)}`,
    'Uppercase:tag',
    'test:5000/Uppercase/lowercase:tag',
    'aa/asdf$$^/aa',
    '[fe80::1%eth0]:5000/repo',
    '[2001:db8::1]',
    'app:{{ .Values.tag }}',
    '{{ .Values.image }}',
    ' nginx',
    'nginx:',
    'a'.repeat(600),
  ])('%s', (image) => {
    expect(parseImageReference(image)).toBeUndefined()
  })
})

it('gives back the parts of any well-formed reference', () => {
  const component = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)?$/).filter((text) => text.length < 40)
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined })
  const digest = fc.option(
    fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    { nil: undefined },
  )
  fc.assert(
    fc.property(fc.array(component, { minLength: 1, maxLength: 4 }), tag, digest, (path, tag, digest) => {
      const repository = path.join('/')
      const image = `registry.example.com:443/${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`
      const expected = {
        domain: 'registry.example.com:443',
        repository,
        ...(tag && { tag }),
        ...(digest && { digest }),
      }
      expect(parseImageReference(image)).toEqual(expected)
      expect(hasDigest(image)).toBe(digest !== undefined)
    }),
  )
})

it('answers in linear time for hostile names', () => {
  const hostile = `${'a-'.repeat(250)}!`
  const before = process.cpuUsage()
  expect(parseImageReference(hostile)).toBeUndefined()
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
})

it('a malformed digest pins nothing', () => {
  expect(hasDigest(`nginx@${SHA256}`)).toBe(true)
  expect(hasDigest(`nginx:1.27@${SHA512}`)).toBe(true)
  expect(hasDigest('nginx@sha256:abc')).toBe(false)
  expect(hasDigest('nginx@sha256')).toBe(false)
})
