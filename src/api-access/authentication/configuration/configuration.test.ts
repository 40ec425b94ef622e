import { describe, expect, test } from 'vitest'
import { AuthenticationSetupError } from '../setup-error.ts'
import { usesClaim } from './expressions.ts'
import { loadConfiguration } from './load.ts'

const GOOD = {
  issuer: { url: 'https://issuer.example.com', audiences: ['kubernetes'] },
  claimMappings: { username: { claim: 'sub', prefix: '' } },
}

function load(content: object | string, version = 'v1') {
  const text =
    typeof content === 'string'
      ? content
      : JSON.stringify({
          apiVersion: `apiserver.config.k8s.io/${version}`,
          kind: 'AuthenticationConfiguration',
          ...content,
        })
  try {
    return { configuration: loadConfiguration(text, 'authn.yaml', ['https://kubernetes.default.svc']) }
  } catch (error) {
    if (!(error instanceof AuthenticationSetupError)) throw error
    const { errors = [] } = error.detail.data as { errors?: readonly string[] }
    return { id: error.detail.id, errors: errors.map((each) => each.replace(/^\d+: /, '')) }
  }
}

const jwt = (changes: object) => ({ jwt: [{ ...GOOD, ...changes }] })
const issuer = (changes: object) => jwt({ issuer: { ...GOOD.issuer, ...changes } })
const mappings = (changes: object) => jwt({ claimMappings: { ...GOOD.claimMappings, ...changes } })

describe('loadConfiguration', () => {
  test.each(['v1', 'v1beta1', 'v1alpha1'])('reads %s', (version) => {
    expect(
      load({ jwt: [GOOD], anonymous: { enabled: true, conditions: [{ path: '/livez' }] } }, version),
    ).toMatchObject({
      configuration: {
        jwt: [{ issuer: { url: 'https://issuer.example.com', audiences: ['kubernetes'] } }],
        anonymous: { enabled: true, conditions: [{ path: '/livez' }] },
      },
    })
  })

  test('no issuers at all are allowed', () => {
    expect(load({})).toEqual({ configuration: { jwt: [] } })
  })

  test.each<[string, object, string[]]>([
    ['an unknown field', { jwt: [{ ...GOOD, foo: 1 }] }, ['unknown field "jwt[0].foo"']],
    [
      'a field of another case',
      mappings({ username: { Claim: 'sub', prefix: '' } }),
      ['unknown field "jwt[0].claimMappings.username.Claim"'],
    ],
    ['a value of another type', issuer({ audiences: 'a' }), ['must be a list']],
    ['no URL', issuer({ url: '' }), ['jwt[0].issuer.url: Required value']],
    [
      'plain HTTP',
      issuer({ url: 'http://issuer.example.com' }),
      ['jwt[0].issuer.url: Invalid value: "http://issuer.example.com": URL scheme must be https'],
    ],
    [
      'a password',
      issuer({ url: 'https://a:b@issuer.example.com' }),
      [
        'jwt[0].issuer.url: Invalid value: "https://a:b@issuer.example.com": URL must not contain a username or password',
      ],
    ],
    [
      'a query and a fragment',
      issuer({ url: 'https://issuer.example.com/?a=b#c' }),
      [
        'jwt[0].issuer.url: Invalid value: "https://issuer.example.com/?a=b#c": URL must not contain a query',
        'jwt[0].issuer.url: Invalid value: "https://issuer.example.com/?a=b#c": URL must not contain a fragment',
      ],
    ],
    [
      "the cluster's own",
      issuer({ url: 'https://kubernetes.default.svc' }),
      [
        'jwt[0].issuer.url: Invalid value: "https://kubernetes.default.svc": URL must not overlap with disallowed issuers: [https://kubernetes.default.svc]',
      ],
    ],
    [
      'the same discovery URL',
      issuer({ discoveryURL: 'https://issuer.example.com/' }),
      [
        'jwt[0].issuer.discoveryURL: Invalid value: "https://issuer.example.com/": discoveryURL must be different from URL',
      ],
    ],
    [
      'no audiences',
      issuer({ audiences: [] }),
      ['jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required'],
    ],
    ['an empty audience', issuer({ audiences: [''] }), ['jwt[0].issuer.audiences[0]: Required value']],
    [
      'several without a policy',
      issuer({ audiences: ['a', 'b'] }),
      [
        'jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
      ],
    ],
    [
      'twice the same',
      issuer({ audiences: ['a', 'a'], audienceMatchPolicy: 'MatchAny' }),
      ['jwt[0].issuer.audiences[1]: Duplicate value: "a"'],
    ],
    [
      'another policy',
      issuer({ audienceMatchPolicy: 'MatchAll' }),
      [
        'jwt[0].issuer.audienceMatchPolicy: Invalid value: "MatchAll": audienceMatchPolicy must be empty or MatchAny for single audience',
      ],
    ],
    [
      'a broken CA',
      issuer({ certificateAuthority: 'x' }),
      [
        'jwt[0].issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates',
      ],
    ],
    [
      'an egress selector',
      issuer({ egressSelectorType: 'etcd' }),
      [
        'jwt[0].issuer.egressSelectorType: Invalid value: "etcd": egress selector must be either controlplane or cluster',
      ],
    ],
    [
      'two of one issuer',
      { jwt: [GOOD, GOOD] },
      ['jwt[1].issuer.url: Duplicate value: "https://issuer.example.com"'],
    ],
    [
      'no user name',
      mappings({ username: {} }),
      ['jwt[0].claimMappings.username: Required value: claim or expression is required'],
    ],
    [
      'both',
      mappings({ username: { claim: 'a', expression: 'claims.sub', prefix: '' } }),
      ['jwt[0].claimMappings.username: Invalid value: "": claim and expression can\'t both be set'],
    ],
    [
      'no prefix',
      mappings({ username: { claim: 'a' } }),
      [
        'jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing',
      ],
    ],
    [
      'a prefix too many',
      mappings({ groups: { expression: 'claims.groups', prefix: 'x' } }),
      ['jwt[0].claimMappings.groups.prefix: Invalid value: "x": may not be specified when expression is set'],
    ],
    [
      'an address that is not verified',
      mappings({ username: { expression: 'claims.email' } }),
      [
        'jwt[0].claimMappings.username.expression: Invalid value: "claims.email": claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
      ],
    ],
    [
      'a key without a domain',
      mappings({ extra: [{ key: 'foo', valueExpression: 'claims.a' }] }),
      [
        'jwt[0].claimMappings.extra[0].key: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")',
      ],
    ],
    [
      'a key of Kubernetes',
      mappings({ extra: [{ key: 'a.k8s.io/foo', valueExpression: 'claims.a' }] }),
      [
        'jwt[0].claimMappings.extra[0].key: Invalid value: "a.k8s.io/foo": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use',
      ],
    ],
    [
      'a key in capitals',
      mappings({ extra: [{ key: 'example.com/Foo', valueExpression: 'claims.a' }] }),
      ['jwt[0].claimMappings.extra[0].key: Invalid value: "example.com/Foo": must be lowercase'],
    ],
    [
      'a key twice',
      mappings({
        extra: [
          { key: 'example.com/a', valueExpression: 'claims.a' },
          { key: 'example.com/a', valueExpression: 'claims.b' },
        ],
      }),
      ['jwt[0].claimMappings.extra[1].key: Duplicate value: "example.com/a"'],
    ],
    [
      'no value',
      mappings({ extra: [{ key: 'example.com/a' }] }),
      ['jwt[0].claimMappings.extra[0].valueExpression: Required value'],
    ],
    [
      'an empty rule',
      jwt({ claimValidationRules: [{}] }),
      ['jwt[0].claimValidationRules[0]: Required value: claim or expression is required'],
    ],
    [
      'a rule of both',
      jwt({ claimValidationRules: [{ claim: 'a', expression: 'true' }] }),
      ['jwt[0].claimValidationRules[0]: Invalid value: "a": claim and expression can\'t both be set'],
    ],
    [
      'a rule with a message too many',
      jwt({ claimValidationRules: [{ claim: 'a', message: 'b' }] }),
      ['jwt[0].claimValidationRules[0].message: Invalid value: "b": may not be specified when claim is set'],
    ],
    [
      'a rule with a value too many',
      jwt({ claimValidationRules: [{ expression: 'true', requiredValue: 'b' }] }),
      [
        'jwt[0].claimValidationRules[0].requiredValue: Invalid value: "b": may not be specified when expression is set',
      ],
    ],
    [
      'a rule that is no bool',
      jwt({ claimValidationRules: [{ expression: 'claims.hd' }] }),
      ['jwt[0].claimValidationRules[0].expression: Invalid value: "claims.hd": must evaluate to bool'],
    ],
    [
      'a rule twice',
      jwt({ userValidationRules: [{ expression: 'true' }, { expression: 'true' }] }),
      ['jwt[0].userValidationRules[1].expression: Duplicate value: "true"'],
    ],
    [
      'a user rule about claims',
      jwt({ userValidationRules: [{ expression: 'claims.a == "b"' }] }),
      [
        expect.stringContaining(
          'jwt[0].userValidationRules[0].expression: Invalid value: "claims.a == \\"b\\"": compilation failed: ERROR: <input>:1:1: undeclared reference to \'claims\'',
        ) as never,
      ],
    ],
    [
      'conditions of nobody',
      { anonymous: { enabled: false, conditions: [{ path: '/livez' }] } },
      [
        'anonymous.conditions: Invalid value: []apiserver.AnonymousAuthCondition{apiserver.AnonymousAuthCondition{Path:"/livez"}}: enabled should be set to true when conditions are defined',
      ],
    ],
  ])('refuses %s', (_, content, errors) => {
    expect(load(content)).toEqual({ id: 'strict-configuration.invalid', errors })
  })

  test('more than 64 issuers', () => {
    const many = Array.from({ length: 65 }, () => GOOD)
    expect(load({ jwt: many })).toMatchObject({ errors: ['jwt: Too many: 65: must have at most 64 items'] })
  })

  test.each([
    ['no YAML', 'a: [', 'strict-configuration.unreadable'],
    [
      'another kind',
      '{"apiVersion":"apiserver.config.k8s.io/v1","kind":"AuthorizationConfiguration"}',
      'strict-configuration.kind',
    ],
    [
      'another group',
      '{"apiVersion":"v1","kind":"AuthenticationConfiguration"}',
      'strict-configuration.kind',
    ],
    [
      'another version',
      '{"apiVersion":"apiserver.config.k8s.io/v2","kind":"AuthenticationConfiguration"}',
      'strict-configuration.kind',
    ],
  ])('refuses %s', (_, text, id) => {
    expect(load(text)).toMatchObject({ id })
  })

  test('a key twice, with its line', () => {
    const text =
      'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: []\njwt: []\n'
    expect(load(text)).toEqual({
      id: 'strict-configuration.invalid',
      errors: ['key "jwt" already set in map'],
    })
  })
})

test.each([
  ['claims.email', true],
  ['claims.?email.orValue("")', true],
  ['has(claims.email)', true],
  ['claims . email', true],
  ['"claims.email"', false],
  ["'a' + 'claims.email'", false],
  ['claims.email_verified', false],
  ['claims.emails', false],
  ['claims["email"]', false],
  ['user.claims.email', false],
  ['x // claims.email', false],
])('usesClaim: %s asks for the address: %s', (expression, expected) => {
  expect(usesClaim(expression, 'email')).toBe(expected)
})
