import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { deleteNamespace, makeNamespace } from '../setup/namespace.ts'
import { needs } from '../setup/needs.ts'
import { until } from '../setup/work.ts'
import { type Alert, expectLossesTold } from './alerts.ts'
import { compileIntruder, WITHOUT_COMPILER } from './intruder.ts'
import { thisNode } from './node-pods.ts'
import { QUIET, VICTIM } from './pods.ts'
import { type WatchedNode, watchNode } from './watched-node.ts'

const run = promisify(execFile)
const NAMESPACE = 'haetae-intruders'
/** How long nothing is to be said of the pod that does nothing out of the ordinary; the other tests run meanwhile. */
const QUIET_MILLISECONDS = 300_000

const { sensor, kubeconfig, runtime, kubectl: program } = thisNode
const intruder = compileIntruder()
const missing = thisNode.missing === '' && intruder === undefined ? WITHOUT_COMPILER : thisNode.missing

describe('haetae detect --live on a node, with the default rules', needs(missing === '', missing), () => {
  let server: ApiServer
  let node: WatchedNode
  let begun = 0
  let pod: Readonly<Record<string, unknown>> = {}

  const kubectl = ['--kubeconfig', kubeconfig, '-n', NAMESPACE] as const
  const exec = (...command: string[]) => run(program, [...kubectl, 'exec', 'victim', '--', ...command])
  const isVictim = ({ output_fields: fields }: Alert) => fields['k8s.pod.name'] === 'victim'
  const alertOf = (rule: string) => node.alert(rule, isVictim)

  beforeAll(async () => {
    server = await connect(kubeconfig)
    node = await watchNode(sensor, ['--container-runtime', runtime])
    await makeNamespace(server, NAMESPACE)
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`
    begun = performance.now()
    for (const body of [QUIET, VICTIM]) await succeed(server, { method: 'POST', path: pods, body })
    for (const { metadata } of [QUIET, VICTIM])
      await until(async () => {
        const { body } = await server.send({ method: 'GET', path: `${pods}/${metadata.name}` })
        const { phase } = body['status'] as { phase?: string }
        pod = body
        return phase === 'Running' || undefined
      }, `the pod ${metadata.name}`)
    execFileSync(
      program,
      [...kubectl, 'exec', '-i', 'victim', '--', 'sh', '-c', 'cat > /tmp/intruder; chmod +x /tmp/intruder'],
      { input: intruder },
    )
  })
  afterAll(async () => {
    await node?.stop()
    await deleteNamespace(server, NAMESPACE)
    server.close()
  })

  test('a shell with a terminal, as kubectl exec -it opens one', async () => {
    const command = [program, ...kubectl, 'exec', '-it', 'victim', '--', 'sh', '-c', 'exit']
    await run('script', ['-qec', command.map((word) => `'${word}'`).join(' '), '/dev/null'])
    const { output_fields: fields, output } = await alertOf('Terminal In A Container')
    expect(fields).toMatchObject({
      'user.name': 'root',
      'proc.name': 'sh',
      'proc.cmdline': 'sh -c exit',
      'container.name': 'web',
      'container.image.repository': 'localhost/busybox',
      'container.image.tag': 'local',
      'k8s.ns.name': NAMESPACE,
      'k8s.pod.name': 'victim',
    })
    expect(Number(fields['proc.tty'])).toBeGreaterThan(0)
    const { containerStatuses } = pod['status'] as { containerStatuses: { containerID: string }[] }
    expect(containerStatuses[0]?.containerID).toContain(`//${fields['container.id']}`)
    expect(output).toContain(`ns=${NAMESPACE} pod=victim`)
  })

  test('a file below /etc is written, and the passwords are read', async () => {
    await exec('sh', '-c', 'echo root:*:: > /etc/shadow')
    expect((await alertOf('File Below /etc Written')).output_fields).toMatchObject({
      'fd.name': '/etc/shadow',
      'proc.cmdline': 'sh -c echo root:*:: > /etc/shadow',
      'container.name': 'web',
      'k8s.ns.name': NAMESPACE,
    })
    await exec('cat', '/etc/shadow')
    expect((await alertOf('Password File Read')).output_fields).toMatchObject({
      'fd.name': '/etc/shadow',
      'proc.cmdline': 'cat /etc/shadow',
      'user.name': 'root',
      'container.name': 'web',
      'k8s.ns.name': NAMESPACE,
    })
  })

  test('a link to the passwords', async () => {
    await exec('ln', '-s', '/etc/shadow', '/tmp/harmless')
    const { output_fields: fields } = await alertOf('Link Over A Password File')
    expect(fields).toMatchObject({ 'container.name': 'web', 'k8s.ns.name': NAMESPACE })
    expect(fields['evt.args']).toContain('target=/etc/shadow')
  })

  test('a program that was dropped, and one that exists in memory only', async () => {
    await exec('/tmp/intruder', 'memory')
    expect((await alertOf('Program Not Of The Image')).output_fields).toMatchObject({
      'proc.exepath': '/tmp/intruder',
      'container.name': 'web',
      'k8s.ns.name': NAMESPACE,
    })
    expect((await alertOf('Program Without A File')).output_fields).toMatchObject({
      'proc.exepath': '/memfd:nothing',
      'container.name': 'web',
      'k8s.ns.name': NAMESPACE,
    })
  })

  test('a shell on a connection', async () => {
    await exec('/tmp/intruder', 'reverse-shell')
    const { output_fields: fields } = await alertOf('Shell Connected To The Network')
    expect(fields).toMatchObject({ 'proc.cmdline': 'sh', 'container.name': 'web', 'k8s.ns.name': NAMESPACE })
    expect(fields['proc.stdin.name']).toMatch(/^127\.0\.0\.1:\d+->127\.0\.0\.1:\d+$/)
  })

  test(
    'of a pod that does nothing out of the ordinary nothing is said in five minutes',
    async () => {
      const left = begun + QUIET_MILLISECONDS - performance.now()
      await new Promise((done) => setTimeout(done, left))
      const said = node.alerts().filter(({ output_fields: fields }) => fields['k8s.pod.name'] === 'quiet')
      expect(said).toEqual([])
    },
    QUIET_MILLISECONDS + 60_000,
  )

  test('it ends cleanly, and no loss was silent', async () => {
    expectLossesTold(await node.stop(), node.alerts(), node.said())
  })
})
