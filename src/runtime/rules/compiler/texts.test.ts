import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { networkTest, parseAddress, parseNetwork } from './address.ts'
import { readOptions } from './getopt.ts'
import { compileGlob } from './glob.ts'
import { parseInteger, readInteger } from './integers.ts'
import { compilePathPrefixes } from './path-prefix.ts'
import { compileRegularExpression } from './regular-expression.ts'

describe('shell patterns', () => {
  const matches = (pattern: string, text: string, ignoreCase = false) =>
    compileGlob(pattern, ignoreCase)(text)

  test.each([
    ['/etc/*', '/etc/a/b', true],
    ['/etc/?', '/etc/ab', false],
    ['*.log', 'a.log.1', false],
    ['a*b*c', 'aXbYbc', true],
    ['a*b*c', 'aXbYb', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[a', '[a', true],
    ['[[:digit:]]*', '1a', true],
    ['[[:alpha:]]', '1', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['', '', true],
    ['**', '', true],
    ['?', 'é', false],
    ['??', 'é', true],
    ['*é', 'caffé', true],
    ['/proc/*/environ', '/proc/1/environ', true],
    ['/proc/*/environ', '/proc/é\udc80/environ', true],
    ['/proc/*/environ', '/proc/environ', false],
    ['/proc/*/environ', '/sys/1/environ', false],
    ['*/.ssh/*', '/home/é/.ssh/id', true],
    ['/h?/*', '/hé/x', false],
  ])('%s on %s is %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  test('ignoring case', () => {
    expect(matches('/TMP/*', '/tmp/x', true)).toBe(true)
    expect(matches('[A-C]', 'b', true)).toBe(true)
    expect(matches('/TMP/*', '/tmp/x')).toBe(false)
    expect(matches('/TMP/*/X', '/tmp/É/x', true)).toBe(true)
    expect(matches('/é/*', '/É/x', true)).toBe(false)
  })

  test('agree with a regular expression of the same meaning', () => {
    const letters = fc.constantFrom('a', 'b', '*', '?')
    const pattern = fc.array(letters, { maxLength: 8 }).map((parts) => parts.join(''))
    const text = fc.stringMatching(/^[ab]{0,10}$/)
    fc.assert(
      fc.property(pattern, text, (glob, subject) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(matches(glob, subject)).toBe(expression.test(subject))
      }),
      { numRuns: 2000 },
    )
  })

  test('many stars take no long time', () => {
    const before = process.cpuUsage()
    expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(20_000))).toBe(false)
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
  })
})

describe('path prefixes', () => {
  test.each([
    [['/var/run', '/etc'], '/var/run/docker', true],
    [['/var/run', '/etc'], '/var', false],
    [['/usr', '/usr/lib'], '/usr/bin', true],
    [['/opt/*/subdir'], '/opt/dir/subdir/file', true],
    [['/opt/di?'], '/opt/dir', true],
    [['/'], '/anything', true],
    [[''], 'anything', true],
    [[], '/etc', false],
    [['/a//b/'], '/a/b', true],
  ])('%j and %s: %s', (paths, path, expected) => {
    expect(compilePathPrefixes(paths)(path)).toBe(expected)
  })

  test('a path is its own prefix, and a prefix of what is below it', () => {
    const component = fc.stringMatching(/^[a-z.]{1,4}$/)
    const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.array(path, { maxLength: 5 }), path, path, (others, prefix, rest) => {
        const test = compilePathPrefixes([...others, prefix])
        expect(test(prefix) && test(prefix + rest)).toBe(true)
        const expected = others.some((other) => rest === other || rest.startsWith(`${other}/`))
        expect(compilePathPrefixes(others)(rest)).toBe(expected)
      }),
    )
  })
})

describe('regular expressions', () => {
  test('match the whole text', () => {
    expect(compileRegularExpression('[a-z]+')('abc')).toBe(true)
    expect(compileRegularExpression('[a-z]+')('abc1')).toBe(false)
    expect(compileRegularExpression('')('a')).toBe(false)
  })

  test('take linear time', () => {
    const before = process.cpuUsage()
    expect(compileRegularExpression('(a*)*b')('a'.repeat(50_000))).toBe(false)
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
  })

  test('are refused if they are none', () => {
    expect(() => compileRegularExpression('(')).toThrow(/^filter error: invalid regular expression '\('/)
  })
})

describe('addresses', () => {
  test('equal ones are identical, however they are written', () => {
    expect(parseAddress('::1')).toBe(parseAddress('0:0:0:0:0:0:0:1'))
    expect(parseAddress('::ffff:1.2.3.4')).toBe(parseAddress('::ffff:102:304'))
    expect(parseAddress('1.2.3.4')).toBe(0x01020304)
    expect(parseAddress('1.2.3')).toBeUndefined()
    expect(parseAddress('fe80::1%eth0')).toBeUndefined()
  })

  test('are in their own networks', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (text, bits) => {
        const length = isIPv4(text) ? bits % 33 : bits
        const address = parseAddress(text)
        const network = parseNetwork(`${text}/${length}`)
        if (address === undefined || network === undefined)
          throw new Error(`${text}/${length} ${isIPv6(text)}`)
        expect(networkTest(network)(address)).toBe(true)
      }),
    )
  })

  test('networks of the other family hold none', () => {
    const network = parseNetwork('0.0.0.0/0')
    expect(network === undefined || networkTest(network)(parseAddress('::1') ?? 0)).toBe(false)
    expect(parseNetwork('1.2.3.4')).toBeUndefined()
    expect(parseNetwork('1.2.3.4/33')).toBeUndefined()
  })
})

describe('integers', () => {
  test('wrap around as in C', () => {
    expect(parseInteger('-20', 'UINT32')).toBe(4294967276)
    expect(parseInteger('-1', 'UINT64')).toBe(18446744073709551615n)
    expect(parseInteger('40000', 'INT16')).toBe(-25536)
    expect(parseInteger('0x10', 'INT64')).toBe(16)
    expect(parseInteger('1404996934793590564', 'UINT64')).toBe(1404996934793590564n)
    expect(() => parseInteger('1.5', 'INT64')).toThrow('1.5 is not a valid number')
    expect(() => parseInteger('', 'INT64')).toThrow(' is not a valid number')
  })

  test('are read in the notation that they are printed in', () => {
    expect(readInteger('FF', 'FLAGS32', 16)).toBe(255)
    expect(readInteger('644', 'MODE', 8)).toBe(0o644)
    expect(readInteger('-22', 'UINT32', 10)).toBe(4294967274)
    expect(readInteger('cat', 'INT64', 10)).toBeUndefined()
  })
})

describe('options of a command', () => {
  test.each([
    [['-nt', 'hello'], 'nt:', undefined, ['n', 't', 'hello']],
    [['-x', '-n'], 'n', undefined, ['?', 'n']],
    [['-n', '--', '-t'], 'nt:', undefined, ['n']],
    [['--exec', '-n'], 'n', undefined, ['n']],
    [['a', '-n'], 'n', undefined, []],
    [['-t'], 't:', undefined, ['']],
    [['-t', 'v1', '-t', 'v2'], 't:', 't', ['v2']],
    [['-t', 'v1', '-t'], 't:', 't', ['']],
    [['-n'], 'nt:', 't', undefined],
    [['-n'], 'n', 'n', ['n']],
  ])('%j by %s selecting %s', (words, options, selector, expected) => {
    expect(readOptions(words, options, selector)).toEqual(expected)
  })
})
