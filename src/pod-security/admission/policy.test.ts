import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatLevelVersion, LEVELS } from '../standards/version.ts'
import { DEFAULT_SETTINGS } from './configuration/settings.ts'
import { formatFieldErrors } from './field-errors.ts'
import {
  arePoliciesEquivalent,
  isFullyPrivileged,
  type Labels,
  levelLabel,
  MODES,
  type Policy,
  resolvePolicy,
  versionLabel,
} from './policy.ts'

const PRIVILEGED = DEFAULT_SETTINGS.defaults

/** `labels('enforce', 'baseline', 'warn-version', 'v1.22')`, beside a label that has nothing to do with it. */
function labels(...pairs: readonly string[]): Labels {
  const entries: [string, string][] = [['other-label', 'foo-bar']]
  for (let index = 0; index < pairs.length; index += 2)
    entries.push([`pod-security.kubernetes.io/${pairs[index]}`, pairs[index + 1] ?? ''])
  return Object.fromEntries(entries)
}

function texts(policy: Policy): readonly string[] {
  return MODES.map((mode) => formatLevelVersion(policy[mode]))
}

// enforce, audit, warn
test.each([
  [labels(), 'privileged:latest', 'privileged:latest', 'privileged:latest'],
  [labels('audit', 'baseline'), 'privileged:latest', 'baseline:latest', 'privileged:latest'],
  [
    labels('enforce', 'baseline', 'warn', 'restricted'),
    'baseline:latest',
    'privileged:latest',
    'restricted:latest',
  ],
  [
    labels('enforce', 'baseline', 'warn', 'privileged'),
    'baseline:latest',
    'privileged:latest',
    'privileged:latest',
  ],
  [
    labels(
      ...['enforce', 'baseline', 'enforce-version', 'v1.20', 'warn', 'restricted', 'warn-version', 'v1.21'],
      ...['audit', 'restricted', 'audit-version', 'v1.22'],
    ),
    'baseline:v1.20',
    'restricted:v1.22',
    'restricted:v1.21',
  ],
])('labels %j', (given, ...expected) => {
  const { policy, errors } = resolvePolicy(given, PRIVILEGED)
  expect(texts(policy)).toEqual(expected)
  expect(errors).toEqual([])
})

test('an unknown level counts as restricted for enforce, as privileged for audit and warn', () => {
  const given = labels('enforce', 'baseline', 'audit', 'foo', 'warn', 'foo')
  const { policy, errors } = resolvePolicy(given, PRIVILEGED)
  expect(texts(policy)).toEqual(['baseline:latest', 'privileged:latest', 'privileged:latest'])
  expect(formatFieldErrors(errors)).toBe(
    '[metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "foo": must be one of privileged, baseline, restricted, ' +
      'metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: "foo": must be one of privileged, baseline, restricted]',
  )
  expect(texts(resolvePolicy(labels('enforce', 'foo'), PRIVILEGED).policy)).toEqual([
    'restricted:latest',
    'privileged:latest',
    'privileged:latest',
  ])
})

test('an unknown version counts as latest', () => {
  const given = labels('enforce', 'baseline', 'enforce-version', '1.25')
  const { policy, errors } = resolvePolicy(given, PRIVILEGED)
  expect(formatLevelVersion(policy.enforce)).toBe('baseline:latest')
  expect(errors.map(({ detail }) => detail)).toEqual(['must be "latest" or "v1.x"'])
})

test('a default warn level that is stricter than the enforce label stays', () => {
  const restricted: Policy = { ...PRIVILEGED, warn: { level: 'restricted', version: 'latest' } }
  expect(texts(resolvePolicy(labels('enforce', 'baseline'), restricted).policy)).toEqual([
    'baseline:latest',
    'privileged:latest',
    'restricted:latest',
  ])
})

test('policies are equivalent when they judge alike: privileged has no versions', () => {
  const pinned: Policy = { ...PRIVILEGED, enforce: { level: 'privileged', version: 20 } }
  const baseline: Policy = { ...PRIVILEGED, audit: { level: 'baseline', version: 'latest' } }
  const older: Policy = { ...PRIVILEGED, audit: { level: 'baseline', version: 20 } }
  expect(isFullyPrivileged(pinned)).toBe(true)
  expect(isFullyPrivileged(baseline)).toBe(false)
  expect(arePoliciesEquivalent(PRIVILEGED, pinned)).toBe(true)
  expect(arePoliciesEquivalent(baseline, baseline)).toBe(true)
  expect(arePoliciesEquivalent(PRIVILEGED, baseline)).toBe(false)
  expect(arePoliciesEquivalent(baseline, older)).toBe(false)
})

const keys = fc.constantFrom(
  ...MODES.flatMap((mode) => [levelLabel(mode), versionLabel(mode)]),
  '__proto__',
  'app',
)
const values = fc.oneof(
  fc.constantFrom(...LEVELS, 'latest', 'v1.0', 'v1.25', 'v1.01', ''),
  fc.string({ unit: 'binary' }),
)

test('whatever the labels, there is a policy, with an error for each label that is not understood', () => {
  fc.assert(
    fc.property(fc.dictionary(keys, values), (given) => {
      const { policy, errors } = resolvePolicy(given, PRIVILEGED)
      for (const mode of MODES) expect(LEVELS).toContain(policy[mode].level)
      for (const { path } of errors) expect(Object.keys(given)).toContain(path.at(-1))
      expect(new Set(errors.map(({ field }) => field)).size).toBe(errors.length)
    }),
  )
})
