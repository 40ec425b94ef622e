import { spawn } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCluster, needs, policyCluster } from '../setup/needs.ts'
import { GateProcess, kubectl as runKubectl, succeeds as succeedsWith } from './gate-process.ts'
import { findKubectls } from './kubectls.ts'

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: localhost/busybox:local}]}
`

const kubectls = findKubectls()

test.skipIf(kubectls.length > 1)('a newer kubectl on the PATH: there is none', ({ task }) => {
  task.meta.untried = 'the PATH has no other kubectl than the cluster’s own'
})

describe.each(kubectls.length > 0 ? kubectls : [{ path: '', version: 'of none' }])(
  'kubectl $version through the gate',
  needs(anyCluster.kubeconfig && kubectls[0], anyCluster.otherwise),
  ({ path, version }) => {
    const NAMESPACE = `gate-kubectl-${version.replaceAll('.', '-')}`
    const gate = new GateProcess(anyCluster.kubeconfig ?? '')
    let jane = ''
    const kubectl = (kubeconfig: string, args: readonly string[]) => runKubectl(kubeconfig, args, '', path)
    const succeeds = (kubeconfig: string, args: readonly string[], stdin?: string) =>
      succeedsWith(kubeconfig, args, stdin, path)
    const run = (...args: string[]) => succeeds(jane, ['-n', NAMESPACE, ...args])

    beforeAll(async () => {
      await gate.start()
      jane = await gate.kubeconfig('jane', ['system:masters'])
      await succeeds(jane, ['create', 'namespace', NAMESPACE])
    })
    afterAll(async () => {
      await kubectl(jane, ['delete', 'namespace', NAMESPACE, '--wait=false'])
      await gate.close()
    })

    test('applies, gets, describes, patches, scales, rolls out, edits, deletes', async () => {
      await succeeds(jane, ['-n', NAMESPACE, 'apply', '-f', '-'], DEPLOYMENT)
      expect(
        await succeeds(
          jane,
          ['-n', NAMESPACE, 'apply', '-f', '-'],
          DEPLOYMENT.replace('replicas: 1', 'replicas: 2'),
        ),
      ).toContain('configured')
      expect(await run('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('2')
      expect(await run('get', 'deployment')).toMatch(/NAME +READY/)
      expect(await run('describe', 'deployment', 'web')).toContain('RollingUpdateStrategy')
      expect(await run('patch', 'deployment', 'web', '-p', '{"metadata":{"labels":{"a":"b"}}}')).toContain(
        'patched',
      )
      expect(
        await run(
          'patch',
          'deployment',
          'web',
          '--type=json',
          '-p',
          '[{"op":"remove","path":"/metadata/labels/a"}]',
        ),
      ).toContain('patched')
      expect(await run('scale', 'deployment', 'web', '--replicas=0')).toContain('scaled')
      expect(await run('rollout', 'history', 'deployment', 'web')).toContain('REVISION')
      expect(await run('rollout', 'restart', 'deployment', 'web')).toContain('restarted')
      const editor = join(gate.folder, 'editor.sh')
      writeFileSync(
        editor,
        `#!/bin/sh\nsed -i '0,/^    app: web/s//    app: web\\n    edited: by-jane/' "$1"\n`,
      )
      chmodSync(editor, 0o755)
      process.env['KUBE_EDITOR'] = editor
      expect(await run('edit', 'deployment/web')).toMatch(/edited|unchanged/)
      expect(await run('delete', 'deployment', 'web')).toContain('deleted')
    })

    test('applies on the server', async () => {
      const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ssa}\ndata: {a: b}\n'
      expect(await succeeds(jane, ['-n', NAMESPACE, 'apply', '--server-side', '-f', '-'], map)).toContain(
        'serverside-applied',
      )
    })

    test('discovers and explains', async () => {
      expect(await run('api-resources')).toContain('deployments')
      expect(await run('api-versions')).toContain('apps/v1')
      expect(await run('explain', 'pod.spec.containers')).toContain('RESOURCE')
      expect(await run('auth', 'can-i', '*', '*')).toContain('yes')
      expect(await run('version')).toContain('Server Version')
    })

    test('watches', async () => {
      const child = spawn(path, [
        '--kubeconfig',
        jane,
        '-n',
        NAMESPACE,
        'get',
        'configmaps',
        '--watch',
        '-o',
        'name',
      ])
      let seen = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        seen += text
      })
      for (let index = 0; index < 3; index++) {
        await run('create', 'configmap', `watched-${index}`)
        await expect.poll(() => seen).toContain(`configmap/watched-${index}`)
      }
      child.kill()
    })

    test('a user without rights is told so, in the words of Kubernetes', async () => {
      const kim = await gate.kubeconfig('kim')
      const { status, stderr } = await kubectl(kim, ['-n', NAMESPACE, 'get', 'pods'])
      expect(status).toBe(1)
      expect(stderr).toContain(
        `Error from server (Forbidden): pods is forbidden: User "kim" cannot list resource "pods" in API group "" in the namespace "${NAMESPACE}"`,
      )
      expect((await kubectl(kim, ['auth', 'can-i', 'list', 'pods'])).stdout).toContain('no')
    })

    test('both audit logs name the person, by one id', async () => {
      await run('create', 'configmap', 'whose')
      const find = () => gate.events().find(({ objectRef }) => objectRef?.name === 'whose')
      await expect.poll(find).toMatchObject({ user: { username: 'jane' }, verb: 'create' })
      const log = policyCluster.auditLog
      if (log === undefined) return
      const id = find()?.auditID ?? ''
      const theirs = () =>
        readFileSync(log, 'utf8')
          .split('\n')
          .slice(0, -1)
          .find((line) => line.includes(id))
      // The API server answers, and then writes that it has.
      await expect
        .poll(() => JSON.parse(theirs() ?? '{}'))
        .toMatchObject({ impersonatedUser: { username: 'jane' } })
    })
  },
)
