import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { Exec, KubeConfig } from '@kubernetes/client-node'
import { Agent, WebSocket } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClusterLog } from '../setup/audit-log.ts'
import { clusterWithNodes, needs } from '../setup/needs.ts'
import { GateProcess, kubectl, succeeds } from './gate-process.ts'
import { findKubectls, type Kubectl, run } from './kubectls.ts'

const NAMESPACE = 'gate-streams'
const MEGABYTE = 1024 * 1024

/** Each user may do what their name says, and look at pods; nobody anything else. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  executor: ['--verb=get,create', '--resource=pods/exec'],
  attacher: ['--verb=get,create', '--resource=pods/attach'],
  reader: ['--verb=get', '--resource=pods/log'],
  forwarder: ['--verb=get,create', '--resource=pods/portforward'],
}
const OF: Readonly<Record<string, string>> = {
  exec: 'executor',
  attach: 'attacher',
  log: 'reader',
  portforward: 'forwarder',
}

const SCRIPT = `
mkdir /tmp/www && echo hello from the pod > /tmp/www/index.html && httpd -p 8080 -h /tmp/www
i=0; while true; do echo line $i; i=$((i+1)); sleep 0.2; done`

const pod = (name: string, container: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: 'localhost/busybox:local', imagePullPolicy: 'Never', ...container }],
  },
})
const PODS = [
  pod('web', { command: ['sh', '-c', SCRIPT] }),
  pod('echo', { stdin: true, command: ['sh', '-c', 'while read line; do echo got $line; done'] }),
]

const kubectls = findKubectls()

describe(
  'streams through the gate',
  needs(clusterWithNodes.kubeconfig && kubectls[0], clusterWithNodes.otherwise),
  () => {
    const direct = clusterWithNodes.kubeconfig ?? ''
    const gate = new GateProcess(direct)
    const log = new ClusterLog(clusterWithNodes.auditLog ?? '')
    const configs: Record<string, string> = {}

    beforeAll(async () => {
      await succeeds(direct, ['create', 'namespace', NAMESPACE])
      const own = (...args: string[]) => succeeds(direct, ['-n', NAMESPACE, ...args])
      const users = [...Object.keys(RIGHTS), 'stranger']
      const all = users.map((user) => `--user=${user}`)
      await own('create', 'role', 'look', '--verb=get', '--resource=pods')
      await own('create', 'rolebinding', 'look', '--role=look', ...all, `--serviceaccount=${NAMESPACE}:robot`)
      for (const [user, rights] of Object.entries(RIGHTS)) {
        await own('create', 'role', user, ...rights)
        await own('create', 'rolebinding', user, `--role=${user}`, `--user=${user}`)
      }
      await own('create', 'serviceaccount', 'robot')
      await own('create', 'role', 'sockets', '--verb=get', '--resource=pods/exec')
      await own('create', 'rolebinding', 'sockets', '--role=sockets', `--serviceaccount=${NAMESPACE}:robot`)
      for (const each of PODS)
        await succeeds(direct, ['-n', NAMESPACE, 'create', '-f', '-'], JSON.stringify(each))
      await own('wait', '--for=condition=Ready', 'pod/web', 'pod/echo', '--timeout=600s')
      await gate.start('--authorization-mode=RBAC')
      for (const user of users) configs[user] = await gate.kubeconfig(user)
    })
    afterAll(async () => {
      await kubectl(direct, ['delete', 'namespace', NAMESPACE, '--wait=false'])
      await gate.close()
    })

    /** @returns the kubectl as the user, with these arguments behind the namespace */
    const as = (user: string, { path }: Kubectl, ...args: string[]) =>
      run(configs[user] ?? '', path, ['-n', NAMESPACE, ...args])

    test.skipIf(kubectls.length > 1)('a newer kubectl on the PATH: there is none', ({ task }) => {
      task.meta.untried = 'the PATH has no other kubectl than the cluster’s own'
    })

    describe.each(kubectls)('kubectl $version', (program) => {
      test('exec -it: a terminal, and the exit status of what ran in it', async () => {
        const line = `${program.path} -n ${NAMESPACE} exec -it web -- sh`
        const ran = run(configs['executor'] ?? '', 'script', ['-qec', line, '/dev/null'])
        await expect.poll(() => ran.said).toContain('#')
        ran.child.stdin.write('tty; exit 7\n')
        expect((await ran.ended).status).toBe(7)
        expect(ran.said).toContain('/dev/pts/')
      })

      test('exec: exit status, both outputs', async () => {
        const ran = as(
          'executor',
          program,
          'exec',
          'web',
          '--',
          'sh',
          '-c',
          'echo out; echo err >&2; exit 42',
        )
        const { status, stdout, stderr } = await ran.ended
        expect([status, stdout.toString()]).toEqual([42, 'out\n'])
        expect(stderr).toMatch(/^err\n/m)
      })

      test('exec: 100 MB of input arrive whole', async () => {
        const input = randomBytes(100 * MEGABYTE)
        const ran = as('executor', program, 'exec', '-i', 'web', '--', 'sha256sum')
        ran.child.stdin.end(input)
        const { status, stdout, stderr } = await ran.ended
        expect([status, stderr]).toEqual([0, ''])
        expect(stdout.toString()).toContain(createHash('sha256').update(input).digest('hex'))
      })

      test('exec: 100 MB of output arrive whole', async () => {
        const command = ['sh', '-c', 'dd if=/dev/zero bs=1M count=100 2>/dev/null | tr "\\0" a']
        const { status, stdout } = await as('executor', program, 'exec', 'web', '--', ...command).ended
        expect([status, stdout.length]).toEqual([0, 100 * MEGABYTE])
        expect(stdout.every((byte) => byte === 0x61)).toBe(true)
      })

      test('cp: a folder there and back', async () => {
        const folder = join(gate.folder, program.version)
        mkdirSync(join(folder, 'there'), { recursive: true })
        const files = { 'a.bin': randomBytes(5 * MEGABYTE), '한글.txt': Buffer.from('가나다') }
        for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, 'there', name), data)
        const target = `/tmp/${program.version}`
        const there = await as('executor', program, 'cp', join(folder, 'there'), `web:${target}`).ended
        expect([there.status, there.stderr]).toEqual([0, ''])
        expect(
          (await as('executor', program, 'cp', `web:${target}`, join(folder, 'back')).ended).status,
        ).toBe(0)
        for (const [name, data] of Object.entries(files))
          expect(readFileSync(join(folder, 'back', name)).equals(data)).toBe(true)
      })

      test('attach: what is written reaches the program, and its answer comes back', async () => {
        const ran = as('attacher', program, 'attach', '-i', 'echo')
        const word = `from-${program.version}`
        // The runtime connects the input before the output: an answer that comes at once is told to nobody.
        const say = () => {
          ran.child.stdin.write(`${word}\n`)
          return ran.said
        }
        await expect.poll(say, { interval: 1000 }).toContain(`got ${word}`)
        ran.child.kill()
        await ran.ended
      })

      test('logs -f: line by line, as they come', async () => {
        const ran = as('reader', program, 'logs', '-f', '--tail=1', 'web')
        await expect.poll(() => ran.said.split('\n').length).toBeGreaterThan(5)
        ran.child.kill()
        await ran.ended
        const numbers = ran.said
          .trim()
          .split('\n')
          .map((line) => Number(line.replace('line ', '')))
        expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
      })

      test('port-forward: HTTP to a port of the pod, several at a time', async () => {
        const ran = as('forwarder', program, 'port-forward', 'pod/web', ':8080')
        await expect.poll(() => ran.said).toMatch(/127\.0\.0\.1:\d+ -> 8080/)
        const port = Number(/127\.0\.0\.1:(\d+)/.exec(ran.said)?.[1])
        const answers = await Promise.all(Array.from({ length: 5 }, () => fetchText(port)))
        ran.child.kill()
        await ran.ended
        expect(answers).toEqual(Array(5).fill('hello from the pod\n'))
      })

      test.each(Object.keys(OF))('%s is for one user only', async (kind) => {
        const args: Readonly<Record<string, readonly string[]>> = {
          exec: ['exec', 'web', '--', 'true'],
          attach: ['attach', 'echo'],
          log: ['logs', '--tail=1', 'web'],
          portforward: ['port-forward', 'pod/web', ':8080'],
        }
        for (const user of Object.keys(configs)) {
          if (user === OF[kind]) continue
          const { status, stderr } = await as(user, program, ...(args[kind] ?? [])).ended
          expect([user, status, stderr]).toEqual([
            user,
            1,
            expect.stringContaining(
              `pods "${kind === 'attach' ? 'echo' : 'web'}" is forbidden: User "${user}" cannot`,
            ),
          ])
        }
      })
    })

    describe('WebSocket', () => {
      test('the JavaScript client runs a command', async () => {
        const config = new KubeConfig()
        config.loadFromFile(configs['executor'] ?? '')
        const [stdout, stderr] = [new PassThrough(), new PassThrough()]
        let output = ''
        stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString()
        })
        const command = ['sh', '-c', 'read word; echo got $word; exit 3']
        const stdin = new PassThrough()
        // At the end of its input the client closes the connection, whatever is still to come.
        stdin.write('hello\n')
        const status = await new Promise((done, fail) => {
          new Exec(config)
            .exec(NAMESPACE, 'web', 'main', command, stdout, stderr, stdin, false, done)
            .catch(fail)
        })
        expect([output, status]).toEqual([
          'got hello\n',
          expect.objectContaining({ reason: 'NonZeroExitCode' }),
        ])
      })

      const path = `/api/v1/namespaces/${NAMESPACE}/pods/web/exec?command=echo&command=hello&stdout=1`

      test('as the service account whose token is among the subprotocols, which goes no further', async () => {
        const secrets = await succeeds(direct, ['-n', NAMESPACE, 'get', 'secrets', '-o', 'json'])
        const { items } = JSON.parse(secrets)
        const held = items.find(({ metadata }: { metadata: { name: string } }) =>
          metadata.name.startsWith('robot-token'),
        )
        const token = Buffer.from(held.data.token, 'base64')
        const bearer = `base64url.bearer.authorization.k8s.io.${token.toString('base64url')}`
        const { messages, protocol } = await talk(path, ['v4.channel.k8s.io', bearer])
        expect(protocol).toBe('v4.channel.k8s.io')
        // The first byte names the channel: 1 is the output, 3 the status.
        expect(messages).toContain('\x01hello\n')
        expect(messages.find((message) => message.startsWith('\x03'))).toContain('"status":"Success"')
      })

      test.each([['v5.channel.k8s.io'], ['v5.channel.k8s.io, v4.channel.k8s.io'], ['nonsense']])(
        '%s: what the API server makes of it',
        async (protocols) => {
          const config = new KubeConfig()
          config.loadFromFile(direct)
          const straight: RequestOptions = {}
          await config.applyToHTTPSOptions(straight)
          const through = await gate.credential('executor')
          const port = new URL(config.getCurrentCluster()?.server ?? '')
          expect(await negotiated(`https://127.0.0.1:${gate.port}${path}`, protocols, through)).toEqual(
            await negotiated(`${port.origin}${path}`, protocols, straight),
          )
        },
      )

      test('who may not: 403', async () => {
        const url = `https://127.0.0.1:${gate.port}${path}`
        const answer = await negotiated(url, 'v4.channel.k8s.io', await gate.credential('stranger'))
        expect(answer.status).toBe(403)
      })

      /** @returns all messages until the other side closes, a character a byte */
      function talk(target: string, protocols: string[]) {
        return new Promise<{ messages: string[]; protocol: string }>((done, fail) => {
          const dispatcher = new Agent({ connect: { ca: gate.authority.certificate } })
          const socket = new WebSocket(`wss://127.0.0.1:${gate.port}${target}`, { protocols, dispatcher })
          socket.binaryType = 'arraybuffer'
          const messages: string[] = []
          socket.addEventListener('message', ({ data }) =>
            messages.push(Buffer.from(data).toString('latin1')),
          )
          socket.addEventListener('close', () => done({ messages, protocol: socket.protocol }))
          socket.addEventListener('error', ({ message }) => fail(new Error(message)))
        })
      }
    })

    test("the cluster's audit log names the person, of every kind of stream", () => {
      if (clusterWithNodes.auditLog === undefined) return
      const seen = log
        .impersonated()
        .filter(({ objectRef }) => objectRef?.namespace === NAMESPACE && objectRef.subresource !== undefined)
      for (const [subresource, user] of Object.entries(OF)) {
        const users = seen
          .filter(({ objectRef }) => objectRef?.subresource === subresource)
          .map(({ impersonatedUser }) => impersonatedUser?.username)
        const allowed = subresource === 'exec' ? [user, `system:serviceaccount:${NAMESPACE}:robot`] : [user]
        expect([...new Set(users)].sort()).toEqual(allowed.sort())
      }
      // The same ids stand in the gate's own.
      const ids = new Set(gate.events().map(({ auditID }) => auditID))
      expect(seen.filter(({ auditID }) => !ids.has(auditID))).toEqual([])
    })
  },
)

function fetchText(port: number): Promise<string> {
  return new Promise((done, fail) => {
    get({ host: '127.0.0.1', port, path: '/index.html', agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => done(text)).on('error', fail)
    }).on('error', fail)
  })
}

/** How a server answers to the wish for a WebSocket. */
function negotiated(url: string, protocols: string, { ca, cert, key }: RequestOptions) {
  return new Promise<{ status: number | undefined; protocol: unknown }>((done, fail) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': protocols,
    }
    const outgoing = request(url, { ca, cert, key, headers, agent: false })
    const tell = (status: number | undefined, protocol: unknown) => {
      outgoing.destroy()
      done({ status, protocol })
    }
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy()
      tell(response.statusCode, response.headers['sec-websocket-protocol'])
    })
    outgoing.on('response', (response) => tell(response.statusCode, undefined))
    outgoing.on('error', fail)
    outgoing.end()
  })
}
