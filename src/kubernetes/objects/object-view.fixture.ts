import { expect, test } from 'vitest'
import type { GroupResource, ObjectView } from './object-view.ts'
import type { KubernetesObject } from './types.ts'

export const PODS: GroupResource = { group: '', resource: 'pods' }
export const NODES: GroupResource = { group: '', resource: 'nodes' }
export const ROLES: GroupResource = { group: 'rbac.authorization.k8s.io', resource: 'roles' }

let version = 0

export function pod(namespace: string, name: string, labels: Record<string, string> = {}): KubernetesObject {
  const resourceVersion = String(++version)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, uid: `${namespace}-${name}`, resourceVersion, labels },
  }
}

function node(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, resourceVersion: String(++version) } }
}

const role: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { namespace: 'a', name: 'reader', uid: 'reader', resourceVersion: String(++version) },
  rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
}

/** What every view of a cluster with these objects must answer. */
export function viewCases(
  viewOf: (objects: readonly KubernetesObject[]) => Promise<{ view: ObjectView; close: () => Promise<void> }>,
): void {
  const objects = [pod('a', 'one'), pod('a', 'two'), pod('b', 'one'), node('n'), role]
  const namesOf = (found: Iterable<KubernetesObject>) =>
    [...found].map(({ metadata }) => `${metadata?.namespace ?? ''}/${metadata?.name}`).sort()

  const cases: [string, (view: ObjectView) => void][] = [
    ['one object by its key', (view) => expect(view.get(PODS, 'b', 'one')?.metadata?.uid).toBe('b-one')],
    ['none of another namespace', (view) => expect(view.get(PODS, 'b', 'two')).toBeUndefined()],
    ['none of another type', (view) => expect(view.get(NODES, 'a', 'one')).toBeUndefined()],
    ['a cluster-scoped object', (view) => expect(view.get(NODES, '', 'n')?.kind).toBe('Node')],
    ['apiVersion and kind', (view) => expect(view.get(ROLES, 'a', 'reader')).toMatchObject(role)],
    ['a list of all', (view) => expect(namesOf(view.list(PODS))).toEqual(['a/one', 'a/two', 'b/one'])],
    ['a list of a namespace', (view) => expect(namesOf(view.list(PODS, 'a'))).toEqual(['a/one', 'a/two'])],
    ['an empty list', (view) => expect(namesOf(view.list(PODS, 'c'))).toEqual([])],
    [
      'names that are words of the language',
      (view) => expect(view.get(PODS, 'a', '__proto__')).toBeUndefined(),
    ],
    [
      'complete',
      (view) => expect([PODS, NODES, ROLES].map((type) => view.isComplete(type))).toEqual([true, true, true]),
    ],
    [
      'a subscription ends twice without harm',
      (view) => {
        const end = view.subscribe(PODS, () => undefined)
        end()
        expect(end).not.toThrow()
      },
    ],
  ]
  test.each(cases)('%s', async (_, check) => {
    const { view, close } = await viewOf(objects)
    try {
      check(view)
    } finally {
      await close()
    }
  })
}
