import { createRbacAuthorizer, type RbacAuthorizer } from '../src/api-access/authorization/index.ts'
import type { RequestAttributes } from '../src/api-access/request/index.ts'
import { fixedObjects, type KubernetesObject } from '../src/kubernetes/index.ts'

/** Decisions a second on one core that are asked for in every shape. */
const TARGET_PER_SECOND = 300_000

/** What Kubernetes' own Go authorizer makes a second of each shape, on a machine of this kind. */
const GO_PER_SECOND = { 'one-namespace': 1_264, 'spread-over-100': 105_000, 'cluster-wide': 1_742 } as const

/** Seconds of processor time that starting from 50,000 objects may take. */
const START_LIMIT_SECONDS = 3

const BINDINGS = 10_000
const ROLES = 5_000
const GROUP = 'rbac.authorization.k8s.io'
const MEASURED_MILLISECONDS = 1000

type Shape = keyof typeof GO_PER_SECOND

/** To whom the bindings are: each to a user of its own, or all to one group. */
type Subjects = 'users' | 'one-group'

/** Measures RBAC: decisions in the shapes of large clusters, and what it takes to start. */
export async function run(
  emit: (line: { name: string; value: number; unit: string }) => void,
): Promise<void> {
  for (const shape of Object.keys(GO_PER_SECOND) as Shape[]) {
    for (const subjects of ['users', 'one-group'] as const) {
      const authorizer = createRbacAuthorizer(fixedObjects(cluster(shape, subjects, ROLES, BINDINGS)))
      const value = Math.round(decisionsPerSecond(authorizer, requests(shape, subjects)))
      const name = `authorization/rbac/${shape}/${subjects}`
      emit({ name: `${name}/decisions`, value, unit: 'decisions/s' })
      emit({ name: `${name}/of-300000-a-second`, value: ratio(value, TARGET_PER_SECOND), unit: 'x' })
      if (subjects === 'users')
        emit({ name: `${name}/of-go`, value: ratio(value, GO_PER_SECOND[shape]), unit: 'x' })
      authorizer.close()
    }
  }
  for (const shape of Object.keys(GO_PER_SECOND) as Shape[]) {
    const seconds = startSeconds(shape)
    const name = `authorization/rbac/start-from-50000-objects/${shape}`
    emit({ name, value: round(seconds), unit: 's' })
    emit({ name: `${name}/of-3-seconds`, value: ratio(seconds, START_LIMIT_SECONDS), unit: 'x' })
  }
}

function namespaceOf(shape: Shape, index: number): string {
  if (shape === 'cluster-wide') return ''
  return shape === 'one-namespace' ? 'team' : `team-${index % 100}`
}

/** Roles of three rules each, and bindings of each to somebody. */
function cluster(shape: Shape, subjects: Subjects, roles: number, bindings: number): KubernetesObject[] {
  const isCluster = shape === 'cluster-wide'
  const apiVersion = `${GROUP}/v1`
  const objects: KubernetesObject[] = []
  for (let index = 0; index < roles; index++) {
    const metadata = { name: `role-${index}`, namespace: namespaceOf(shape, index) }
    const rules = [
      { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods', `things-${index}`] },
      { verbs: ['create', 'update'], apiGroups: ['apps'], resources: [`deployments-${index}`] },
      { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: [`config-${index}`] },
    ]
    objects.push({ apiVersion, kind: isCluster ? 'ClusterRole' : 'Role', metadata, rules })
  }
  for (let index = 0; index < bindings; index++) {
    const metadata = { name: `binding-${index}`, namespace: namespaceOf(shape, index) }
    const roleRef = {
      apiGroup: GROUP,
      kind: isCluster ? 'ClusterRole' : 'Role',
      name: `role-${index % roles}`,
    }
    const subject =
      subjects === 'users' ? { kind: 'User', name: `user-${index}` } : { kind: 'Group', name: 'developers' }
    const kind = isCluster ? 'ClusterRoleBinding' : 'RoleBinding'
    objects.push({ apiVersion, kind, metadata, roleRef, subjects: [{ apiGroup: GROUP, ...subject }] })
  }
  return objects
}

/** Half are allowed, half are not; strings of their own, as a server gets them. */
function requests(shape: Shape, subjects: Subjects): RequestAttributes[] {
  return Array.from({ length: 5000 }, (_, number) => {
    const index = (number * 7919) % BINDINGS
    const isAllowed = number % 2 === 0
    const resources = ['pods', `things-${index % ROLES}`, 'configmaps'] as const
    const user = subjects === 'users' ? `user-${index}` : `user-${number}`
    return JSON.parse(
      JSON.stringify({
        user: { name: user, groups: ['system:authenticated', 'developers'] },
        verb: isAllowed ? 'get' : 'delete',
        apiGroup: '',
        apiVersion: 'v1',
        resource: resources[number % 3],
        subresource: '',
        namespace: namespaceOf(shape, index) || `team-${index % 100}`,
        name: `config-${index % ROLES}`,
        path: '',
        resourceRequest: true,
      }),
    ) as RequestAttributes
  })
}

function decisionsPerSecond(authorizer: RbacAuthorizer, asked: readonly RequestAttributes[]): number {
  let allowed = 0
  const once = () => {
    for (const attributes of asked) if (authorizer.authorize(attributes).verdict === 'allow') allowed++
  }
  for (let round = 0; round < 20; round++) once()
  if (allowed !== 20 * (asked.length / 2)) throw new Error(`${allowed} of ${20 * asked.length} were allowed`)
  let done = 0
  const start = process.threadCpuUsage()
  let elapsed = 0
  while (elapsed < MEASURED_MILLISECONDS) {
    once()
    done += asked.length
    // The thread's own time: other work on the machine does not count.
    elapsed = threadMilliseconds(start)
  }
  return (done / elapsed) * 1000
}

/** From parsed objects to the first decision; the middle of three. */
function startSeconds(shape: Shape): number {
  const objects = cluster(shape, 'users', 15_000, 35_000)
  const [first] = requests(shape, 'users')
  const measured = [0, 1, 2].map(() => {
    const start = process.threadCpuUsage()
    const authorizer = createRbacAuthorizer(fixedObjects(objects))
    if (first === undefined || authorizer.authorize(first).verdict !== 'allow') throw new Error('not allowed')
    return threadMilliseconds(start) / 1000
  })
  return measured.toSorted((a, b) => a - b)[1] ?? 0
}

function threadMilliseconds(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1000
}

function ratio(value: number, reference: number): number {
  return round(value / reference)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
