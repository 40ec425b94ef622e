import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../test/free-ports.fixture.ts'
import { type ApiAnswer, type ApiServer, connect, succeed } from '../setup/api-server.ts'
import { haetae } from '../setup/haetae.ts'
import { makeNamespace } from '../setup/namespace.ts'
import { needs, policyCluster } from '../setup/needs.ts'
import { until } from '../setup/work.ts'

const { kubeconfig, otherwise } = policyCluster
const STRICT = 'admission-strict'
const OWN = 'haetae-admission-e2e'
const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/haetae-admission'

const privileged = {
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'web:1', securityContext: { privileged: true } }] },
}
const WORDS =
  'violates PodSecurity "restricted:latest": privileged (container "web" must not set securityContext.privileged=true), '

/**
 * The command, registered with a real API server. Only stages that validate: Kubernetes 1.20 built with Go 1.18 or newer
 * crashes of any webhook's patch, when it encodes it for the audit log (modern-go/reflect2 of that time).
 */
describe('haetae admission --install', needs(kubeconfig, otherwise), () => {
  let server: ApiServer
  const replicas: Replica[] = []

  beforeAll(async () => {
    server = await connect(kubeconfig ?? '')
    await makeNamespace(server, STRICT)
    const path = `/api/v1/namespaces/${STRICT}`
    const stored = await succeed(server, { method: 'GET', path })
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await succeed(server, {
      method: 'PUT',
      path,
      body: { ...stored, metadata: { ...stored.metadata, labels } },
    })
  })
  afterEach(async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()))
    await haetae(['admission', '--uninstall', '--kubeconfig', kubeconfig ?? ''])
  })
  afterAll(() => server?.close())

  async function start(port: number, listen = port, more: readonly string[] = []): Promise<Replica> {
    const url = `https://127.0.0.1:${port}`
    const replica = new Replica(['--listen', `127.0.0.1:${listen}`, '--url', url, ...more])
    replicas.push(replica)
    await replica.says(/ready: the cluster has been read/)
    return replica
  }
  const create = (namespace: string, body: object, resource = 'api/v1', plural = 'pods') =>
    server.send({ method: 'POST', path: `/${resource}/namespaces/${namespace}/${plural}?dryRun=All`, body })

  test('refuses a privileged pod, warns of a Deployment that would make it, leaves kube-system alone', async () => {
    await (await start(await freePort())).says(/registered as an admission webhook/)
    const refused = await answered(() => create(STRICT, privileged), 403)
    expect(refused.body.message).toContain(
      `admission webhook "validating.admission.haetae.io" denied the request: pods "web" is forbidden: ${WORDS}`,
    )
    const deployment = {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: privileged.spec },
      },
    }
    const { status, warnings } = await warned(
      `/apis/apps/v1/namespaces/${STRICT}/deployments?dryRun=All`,
      deployment,
    )
    expect(status).toBe(201)
    expect(warnings).toContain('would violate PodSecurity \\"restricted:latest\\": privileged')
    expect((await create('kube-system', privileged)).status).toBe(201)
    expect((await create('default', privileged)).status).toBe(201)
  })

  test('while no replica answers, pods are refused but those of kube-system and its own namespace', async () => {
    const replica = await start(await freePort())
    await replica.says(/registered/)
    await answered(() => create(STRICT, privileged), 403)
    await replica.kill()
    const refused = await create('default', privileged)
    expect(refused.status).toBe(500)
    expect(refused.body.message).toContain('failed calling webhook "validating.admission.haetae.io"')
    expect((await create('kube-system', privileged)).status).toBe(201)
    expect((await create(OWN, privileged)).status).not.toBe(500)
    const config = await succeed(server, { method: 'GET', path: CONFIGURATION })
    expect(config['webhooks']).toHaveLength(1)
  })

  test('a second replica takes over, with the same authority', async () => {
    const port = await freePort()
    const first = await start(port)
    await first.says(/leading/)
    await first.says(/registered/)
    const second = await start(port, await freePort())
    await new Promise((done) => setTimeout(done, 6000))
    expect(second.told).not.toMatch(/leading/)
    const bundle = async () => {
      const { webhooks } = await succeed(server, { method: 'GET', path: CONFIGURATION })
      return (webhooks as { clientConfig: { caBundle: string } }[])[0]?.clientConfig.caBundle
    }
    const before = await bundle()
    await first.stop()
    await second.says(/leading/)
    expect(await bundle()).toBe(before)
  })

  test('what the configuration was changed to is put right', async () => {
    await (await start(await freePort())).says(/registered/)
    await until(async () => {
      const stored = await succeed(server, { method: 'GET', path: CONFIGURATION })
      const [webhook] = stored['webhooks'] as object[]
      const body = { ...stored, webhooks: [{ ...webhook, failurePolicy: 'Ignore' }] }
      // Refused where the replica has written meanwhile.
      const { status } = await server.send({ method: 'PUT', path: CONFIGURATION, body })
      return status === 200 || undefined
    }, 'the configuration to be changed')
    await until(async () => {
      const { webhooks } = await succeed(server, { method: 'GET', path: CONFIGURATION })
      return (webhooks as { failurePolicy: string }[])[0]?.failurePolicy === 'Fail' || undefined
    }, 'failurePolicy to be Fail again')
  })

  test('policies of files are asked about what they name, and follow their files; not about what nodes need', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'haetae-policies-'))
    const file = join(folder, 'policy.json')
    writeFileSync(file, JSON.stringify(colours('red')))
    const config = join(folder, 'admission.yaml.config')
    writeFileSync(config, JSON.stringify(admissionConfiguration(folder)))
    const replica = await start(await freePort(), undefined, [
      '--disable-admission-plugins=PodSecurity',
      '--enable-admission-plugins=ValidatingAdmissionPolicy',
      `--admission-config=${config}`,
    ])
    await replica.says(/registered/)
    await replica.says(/the policy colours\.static\.k8s\.io is not asked about .*\/nodes/)
    const paint = (colour: string) =>
      create(STRICT, { metadata: { name: 'paint' }, data: { colour } }, 'api/v1', 'configmaps')
    const refused = await answered(() => paint('red'), 422)
    expect(refused.body.message).toContain(
      `ValidatingAdmissionPolicy 'colours.static.k8s.io' with binding 'colours.static.k8s.io' denied request: ${STRICT} takes no red`,
    )
    expect((await paint('blue')).status).toBe(201)
    writeFileSync(file, JSON.stringify(colours('blue')))
    await replica.says(/has changed: 2 objects are in force/)
    expect((await paint('red')).status).toBe(201)
    expect((await paint('blue')).status).toBe(422)
    const { webhooks } = await succeed(server, { method: 'GET', path: CONFIGURATION })
    const rules = (webhooks as { rules: { apiGroups: string[]; resources: string[] }[] }[])[0]?.rules ?? []
    const core = rules.find(({ apiGroups }) => apiGroups[0] === '')?.resources ?? []
    expect(core).toContain('persistentvolumes')
    for (const never of ['nodes', 'events', 'endpoints']) expect(core).not.toContain(never)
    expect(rules.map(({ apiGroups }) => apiGroups[0])).not.toContain('coordination.k8s.io')
    rmSync(folder, { recursive: true })
  })

  test('--uninstall takes the registration away', async () => {
    const replica = await start(await freePort())
    await replica.says(/registered/)
    await replica.stop()
    const { status, stderr } = await haetae(['admission', '--uninstall', '--kubeconfig', kubeconfig ?? ''])
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'the registration is gone: nothing is reviewed any more\n',
    })
    expect((await server.send({ method: 'GET', path: CONFIGURATION })).status).toBe(404)
    await answered(() => create(STRICT, privileged), 201)
  })

  /** Asks until the answer has this status: the API server learns of a registration by and by. */
  async function answered(ask: () => Promise<ApiAnswer>, status: number): Promise<ApiAnswer> {
    let last: ApiAnswer | undefined
    return until(
      async () => {
        last = await ask()
        return last.status === status ? last : undefined
      },
      () => `${status}, not ${last?.status} ${JSON.stringify(last?.body)}; ${replicas.at(-1)?.told}`,
    )
  }

  /** The warnings of an answer stand in headers. */
  async function warned(path: string, body: object): Promise<{ status: number; warnings: string }> {
    const { KubeConfig } = await import('@kubernetes/client-node')
    const config = new KubeConfig()
    config.loadFromFile(kubeconfig ?? '')
    const options: Parameters<typeof request>[1] = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    }
    await config.applyToHTTPSOptions(options)
    return new Promise((done, fail) => {
      const outgoing = request(`${config.getCurrentCluster()?.server}${path}`, options, (response) => {
        response.resume()
        const warnings = String(response.headers['warning'] ?? '')
        response.on('end', () => done({ status: response.statusCode ?? 0, warnings }))
      })
      outgoing.on('error', fail)
      outgoing.end(JSON.stringify(body))
    })
  }
})

/** A policy for everything, which only looks at config maps. */
function colours(forbidden: string): object {
  const manifest = (kind: string, spec: object) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: 'colours.static.k8s.io' },
    spec,
  })
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      manifest('ValidatingAdmissionPolicy', {
        matchConstraints: {
          resourceRules: [
            { apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['*'] },
          ],
        },
        matchConditions: [{ name: 'maps', expression: "request.kind.kind == 'ConfigMap'" }],
        validations: [
          {
            expression: `!('colour' in object.data) || object.data.colour != '${forbidden}'`,
            messageExpression: `namespaceObject.metadata.name + ' takes no ${forbidden}'`,
          },
        ],
      }),
      manifest('ValidatingAdmissionPolicyBinding', {
        policyName: 'colours.static.k8s.io',
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
        },
      }),
    ],
  }
}

function admissionConfiguration(staticManifestsDir: string): object {
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [
      {
        name: 'ValidatingAdmissionPolicy',
        configuration: {
          apiVersion: 'apiserver.config.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicyConfiguration',
          staticManifestsDir,
        },
      },
    ],
  }
}

/** A running `haetae admission --install`. */
class Replica {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  told = ''

  constructor(args: readonly string[]) {
    const given = ['--install', '--namespace', OWN, '--shutdown-delay', '0', '--kubeconfig', kubeconfig ?? '']
    const env = { ...process.env, LC_ALL: 'C' }
    this.#child = spawn(resolve('bin/haetae'), ['admission', ...given, ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.told += text
    })
    this.#ended = new Promise((done) => this.#child.on('close', done))
  }

  says(what: RegExp): Promise<unknown> {
    return until(
      async () => {
        if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.told}`)
        return what.test(this.told) || undefined
      },
      () => `${what} from haetae admission; it told: ${this.told}`,
    )
  }

  /** It answers nothing any more. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
  }
}
