import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { findKubectls } from '../gateway/kubectls.ts'
import { type ApiServer, connect, remove } from '../setup/api-server.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { clusterWithNodes, needs } from '../setup/needs.ts'
import { until } from '../setup/work.ts'

const OWN = 'haetae-system'
const STRICT = 'in-cluster-strict'
const WORDS = 'violates PodSecurity "restricted:latest": privileged'
const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/haetae-admission'
/** What a container of the host's programs needs of the host, where its system libraries are in one place (merged /usr). */
const LIBRARIES = ['/usr/lib', '/usr/lib64'].filter((path) => existsSync(path))
const NODE = resolve(`node_modules/node-linux-${process.arch}/bin`)

const kubectl = findKubectls()[0]
const isPossible = clusterWithNodes.kubeconfig !== undefined && kubectl !== undefined && existsSync(NODE)

const privileged = {
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'web:1', securityContext: { privileged: true } }] },
}

/**
 * deploy/admission.yaml as it is, but for the image: the cluster asks no registry, so that its own image runs the
 * checkout's Node.js on the checkout, both mounted from the host.
 */
function manifests(): string {
  const documents = parseAllDocuments(readFileSync('deploy/admission.yaml', 'utf8')).map((each) =>
    each.toJS(),
  )
  for (const { kind, spec } of documents) {
    if (kind !== 'Deployment') continue
    const pod = spec.template.spec
    const mounts = [
      { name: 'checkout', mountPath: '/haetae', hostPath: resolve('.') },
      { name: 'node', mountPath: '/opt/node', hostPath: NODE },
      ...LIBRARIES.map((hostPath, index) => ({
        name: `libraries-${index}`,
        mountPath: hostPath.replace('/usr', ''),
        hostPath,
      })),
    ]
    for (const { name, hostPath } of mounts) pod.volumes.push({ name, hostPath: { path: hostPath } })
    const [container] = pod.containers
    Object.assign(container, {
      image: 'localhost/busybox:local',
      imagePullPolicy: 'Never',
      command: ['/opt/node/node', '/haetae/src/cli/main.ts'],
    })
    for (const { name, mountPath } of mounts) container.volumeMounts.push({ name, mountPath, readOnly: true })
  }
  return documents.map((each) => stringify(each)).join('---\n')
}

describe(
  'haetae admission in the cluster, behind its service',
  needs(isPossible, clusterWithNodes.otherwise),
  () => {
    const kubeconfig = clusterWithNodes.kubeconfig ?? ''
    let server: ApiServer
    const ask = (...args: readonly string[]) =>
      execFileSync(kubectl?.path ?? '', ['--kubeconfig', kubeconfig, ...args], { encoding: 'utf8' })
    const create = (namespace: string, body: object) =>
      server.send({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`, body })

    beforeAll(async () => {
      server = await connect(kubeconfig)
      await makeNamespace(server, STRICT)
      ask('label', 'namespace', STRICT, 'pod-security.kubernetes.io/enforce=restricted', '--overwrite')
      const applied = spawnSync(kubectl?.path ?? '', ['--kubeconfig', kubeconfig, 'apply', '-f', '-'], {
        input: manifests(),
        encoding: 'utf8',
      })
      expect(applied.stderr).toBe('')
    })
    afterAll(async () => {
      if (server === undefined) return
      // The registration last: as long as a replica runs and has its rights, it puts it back.
      for (const path of [
        '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/haetae-admission',
        '/apis/rbac.authorization.k8s.io/v1/clusterroles/haetae-admission',
        `/api/v1/namespaces/${STRICT}`,
        `/api/v1/namespaces/${OWN}`,
      ])
        await remove(server, path)
      await until(async () => {
        const { body } = await server.send({ method: 'GET', path: `/api/v1/namespaces/${OWN}/pods` })
        return (body['items'] as readonly object[]).length === 0 || undefined
      }, 'the end of the replicas')
      await remove(server, CONFIGURATION)
      server.close()
    })

    test('both replicas become ready with the rights of the manifest, one registers, and pods are judged', async () => {
      ask('-n', OWN, 'rollout', 'status', 'deployment/haetae-admission', '--timeout=600s')
      // It is registered when the service leads to a replica: who makes a pod is never told that nobody could be asked.
      let last: Awaited<ReturnType<typeof create>> | undefined
      const refused = await until(
        async () => {
          last = await create(STRICT, privileged)
          return last.status === 201 ? undefined : last
        },
        () => `the registration: ${last?.status} ${JSON.stringify(last?.body)}`,
      )
      expect(refused.body.message).toContain(
        `admission webhook "validating.admission.haetae.io" denied the request: pods "web" is forbidden: ${WORDS}`,
      )
      expect(refused.status).toBe(403)
      expect((await create('default', privileged)).status).toBe(201)
      const logs = ask('-n', OWN, 'logs', '-l', 'app.kubernetes.io/name=haetae-admission', '--tail=-1')
      expect(logs).toContain('registered as an admission webhook at haetae-admission.haetae-system.svc')
      expect(logs.match(/leading: this replica keeps the registration/g)).toHaveLength(1)
      expect(logs).not.toMatch(/forbidden|trying again|registering all the same/)
    })

    test('it starts anew by itself after both replicas have gone, though its registration fails everything else', async () => {
      ask('-n', OWN, 'delete', 'pods', '--all', '--force', '--grace-period=0')
      ask('-n', OWN, 'rollout', 'status', 'deployment/haetae-admission', '--timeout=600s')
      let last: Awaited<ReturnType<typeof create>> | undefined
      const refused = await until(
        async () => {
          last = await create(STRICT, privileged)
          return last.status === 403 ? last : undefined
        },
        () => `the new replicas to answer: ${last?.status} ${JSON.stringify(last?.body)}`,
      )
      expect(refused.body.message).toContain(WORDS)
    })
  },
)
