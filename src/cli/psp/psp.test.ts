import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../kubernetes/index.ts'
import { createRenderer, LANGUAGES, type Language } from '../../messages/index.ts'
import { checkPod, planMigration } from '../../pod-security/index.ts'
import { UsageError } from '../exit.ts'
import { checkJson, checkText } from './check-report.ts'
import { PSP_MESSAGES } from './command.ts'
import { readPspInput } from './input.ts'
import { migrationJson, migrationText } from './migrate-report.ts'
import { type UseOptions, usablePolicies } from './usable.ts'

const FOLDER = fileURLToPath(new URL('golden', import.meta.url))

const input = await readPspInput([`${FOLDER}/policies.yaml`, `${FOLDER}/pods.yaml`])
const providers = input.policies.map(({ provider }) => provider)
const checked = input.pods.map((pod) => ({ ...pod, verdict: checkPod(pod.template, providers) }))
const planned = input.policies.map(({ document, policy }) => ({ document, plan: planMigration(policy) }))

function settings(language: Language) {
  return { render: createRenderer(PSP_MESSAGES, language), colors: pc.createColors(false) }
}

/** Where the folder lies differs from machine to machine. */
function portable(text: string): string {
  return text.replaceAll(`${FOLDER}/`, '')
}

describe('the input', () => {
  it('has policies of both API versions, and workloads', () => {
    expect(input.policies.map(({ policy }) => policy.metadata?.name)).toEqual(['restricted', 'node-logs'])
    expect(input.pods).toHaveLength(2)
    expect(input.problems).toEqual([])
  })

  it('names a field that no policy has, with its place', () => {
    expect(input.notes.map(({ code, line, column }) => ({ code, line, column }))).toEqual([
      { code: 'ERR_UNKNOWN_FIELD', line: 22, column: 3 },
    ])
  })
})

describe('psp check', () => {
  it.each(LANGUAGES)(
    'tells in %s who allows a pod, what is set, and what speaks against it',
    async (language) => {
      const text = portable(checkText(checked, providers.length, settings(language)))
      await expect(text).toMatchFileSnapshot(`golden/check.${language}.txt`)
    },
  )

  it('as JSON', async () => {
    await expect(portable(checkJson(checked, providers))).toMatchFileSnapshot('golden/check.json')
  })
})

describe('which policies may be used', () => {
  const names = (options: UseOptions, rbac: readonly KubernetesObject[] = []) => {
    const usable = usablePolicies(providers, rbac, options)
    return input.pods.map((pod) => usable(pod).map(({ name }) => name))
  }
  const useOf = (resourceNames?: readonly string[], apiGroup = 'policy') => ({
    verbs: ['use'],
    apiGroups: [apiGroup],
    resources: ['podsecuritypolicies'],
    ...(resourceNames && { resourceNames }),
  })
  const role = (kind: string, rules: readonly object[], namespace?: string): KubernetesObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: 'psp', ...(namespace && { namespace }) },
    rules,
  })
  const binding = (subject: object, roleKind: string, namespace?: string): KubernetesObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: 'psp', ...(namespace && { namespace }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: 'psp' },
    subjects: [subject],
  })
  const user = { kind: 'User', name: 'jiwoo' }

  it('all, those that are named, none', () => {
    expect(names({})[0]).toEqual(['restricted', 'node-logs'])
    expect(names({ authorized: ['node-logs,', ' restricted'] })[0]).toEqual(['restricted', 'node-logs'])
    expect(names({ authorized: ['node-logs'] })).toEqual([['node-logs'], ['node-logs']])
    expect(names({ user: 'jiwoo' })).toEqual([[], []])
  })

  it('refuses a policy that is not there, and a malformed service account', () => {
    expect(() => names({ authorized: ['nothing'] })).toThrow(UsageError)
    expect(() => names({ serviceAccount: 'default' })).toThrow(UsageError)
  })

  it('by name, by any name, by the older group; in the namespace of the binding or in all', () => {
    const cluster = (rule: object) => [role('ClusterRole', [rule]), binding(user, 'ClusterRole')]
    expect(names({ user: 'jiwoo' }, cluster(useOf(['restricted'])))).toEqual([['restricted'], ['restricted']])
    expect(names({ user: 'jiwoo' }, cluster(useOf([], 'extensions')))[0]).toHaveLength(2)
    const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
    expect(names({ user: 'jiwoo' }, cluster(everything))[0]).toHaveLength(2)
    expect(names({ user: 'jiwoo' }, cluster(useOf(['*'])))[0]).toEqual([])
    expect(names({ user: 'jiwoo' }, cluster({ ...useOf(), verbs: ['get'] }))[0]).toEqual([])
    expect(names({ user: 'minsu' }, cluster(useOf()))[0]).toEqual([])
    const shop = [role('Role', [useOf(['restricted'])], 'shop'), binding(user, 'Role', 'shop')]
    expect(names({ user: 'jiwoo' }, shop)).toEqual([['restricted'], []])
  })

  it('groups, a service account, and the pod’s own service account', () => {
    const grant = (subject: object) => [
      role('ClusterRole', [useOf(['restricted'])]),
      binding(subject, 'ClusterRole'),
    ]
    expect(names({ group: ['dev'] }, grant({ kind: 'Group', name: 'dev' }))[0]).toEqual(['restricted'])
    const controller = { kind: 'ServiceAccount', namespace: 'kube-system', name: 'replicaset-controller' }
    const serviceAccount = 'kube-system:replicaset-controller'
    expect(names({ serviceAccount }, grant(controller))[0]).toEqual(['restricted'])
    const own = grant({ kind: 'Group', name: 'system:serviceaccounts:shop' })
    expect(names({ user: 'jiwoo' }, own)).toEqual([['restricted'], []])
  })

  it.each(LANGUAGES)('a pod for which none may be used, in %s', (language) => {
    const none = input.pods.map((pod) => ({ ...pod, verdict: checkPod(pod.template, []) }))
    const text = checkText(none, providers.length, settings(language))
    expect(text).toContain(
      language === 'en' ? 'denied: no policy may be used' : '사용할 수 있는 폴리시가 없습니다',
    )
  })

  it('is read from beside the policies', async () => {
    const example = fileURLToPath(new URL('../../../examples/psp', import.meta.url))
    const { rbac, ...found } = await readPspInput([example])
    const usable = usablePolicies(
      found.policies.map(({ provider }) => provider),
      rbac,
      { user: 'jiwoo' },
    )
    expect(found.pods.map((pod) => usable(pod).map(({ name }) => name))).toEqual(
      found.pods.map(() => ['shop', 'shop-logs']),
    )
  })
})

describe('psp migrate', () => {
  it.each(LANGUAGES)('plans in %s', async (language) => {
    const text = portable(migrationText(planned, settings(language)))
    await expect(text).toMatchFileSnapshot(`golden/migrate.${language}.txt`)
  })

  it('as JSON', async () => {
    const json = portable(migrationJson(planned, settings('en').render))
    await expect(json).toMatchFileSnapshot('golden/migrate.json')
  })
})
