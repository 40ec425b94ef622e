import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { haetae } from '../setup/haetae.ts'
import { anyCluster, needs } from '../setup/needs.ts'
import { findKubectl, kubectl } from './gate-process.ts'

/** Somebody who has just installed it: a home with nothing in it. */
const home = mkdtempSync(join(tmpdir(), 'haetae-e2e-up-'))
const environment = { HOME: home, XDG_STATE_HOME: '', XDG_CACHE_HOME: '', KUBECONFIG: '' }
afterAll(() => rmSync(home, { recursive: true }))

describe('haetae up without a cluster', () => {
  test('it says so, and how to get one', async () => {
    const { status, stdout, stderr } = await haetae(['up'], environment)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^haetae: ERR_NO_CLUSTER: there is no cluster to stand before: /)
    expect(stderr).toContain('kind create cluster')
    expect(stderr).toContain('--kubeconfig')
    expect(stderr).not.toMatch(/\n\s+at |node:/)
  })

  test('in Korean', async () => {
    const { status, stderr } = await haetae(['up'], { ...environment, LC_ALL: 'ko_KR.UTF-8' })
    expect(status).toBe(2)
    expect(stderr).toContain('ERR_NO_CLUSTER: 앞에 설 클러스터가 없습니다')
    expect(stderr).toContain('다음 중 하나를 실행합니다')
  })

  test('a kubeconfig whose cluster is down: it names it', async () => {
    const gone = createServer()
    gone.listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const address = gone.address()
    const port = typeof address === 'object' ? address?.port : 0
    const closed = once(gone, 'close')
    gone.close()
    await closed
    const server = `https://127.0.0.1:${port}`
    const path = join(home, 'down.kubeconfig')
    const config = {
      clusters: [{ name: 'c', cluster: { server } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'S3cr3t' } }],
    }
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'c', ...config }),
    )
    const { status, stderr } = await haetae(['up', '--kubeconfig', path], environment)
    expect([status, stderr]).toEqual([2, expect.stringContaining('ERR_NO_CLUSTER')])
    expect(stderr).toContain(server)
    expect(stderr).not.toContain('S3cr3t')
  })
})

describe.each([
  ['en', 'Try next, in another terminal:'],
  ['ko', '다른 터미널에서 다음을 실행해 보십시오.'],
])(
  'haetae up before a cluster, %s',
  needs(anyCluster.kubeconfig && findKubectl(), anyCluster.otherwise),
  (language, next) => {
    const state = join(home, language)
    let child = spawn('true')
    let said = ''
    let found = ''
    let address = ''
    let commands: string[] = []

    beforeAll(async () => {
      await kubectl(anyCluster.kubeconfig ?? '', ['delete', 'configmap', 'try-haetae'])
      await start()
      commands = said
        .slice(said.indexOf(next))
        .split('\n')
        .filter((line) => line.startsWith('  '))
        .map((line) => line.trim())
    })
    afterAll(async () => {
      if (child.exitCode === null) await stop()
      await kubectl(anyCluster.kubeconfig ?? '', ['delete', 'configmap', 'try-haetae'])
    })

    async function start(): Promise<void> {
      said = ''
      const listen = address === '' ? '127.0.0.1:0' : address.replace('https://', '')
      const args = ['up', '--listen', listen, '--state', state, '--lang', language]
      child = spawn(resolve('bin/haetae'), args, {
        env: { ...process.env, ...environment, KUBECONFIG: anyCluster.kubeconfig },
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        found += text
      })
      await vi.waitFor(() => expect(said).toMatch(/haetae audit show .*\n/), 300_000)
      // From the kubeconfig: what is said names the cluster's address, too, in Korean as the first.
      const kubeconfig = readFileSync(join(state, 'admin.kubeconfig'), 'utf8')
      address = /https:\/\/127\.0\.0\.1:\d+/.exec(kubeconfig)?.[0] ?? ''
    }

    async function stop(): Promise<number | null> {
      const gone = once(child, 'close')
      child.kill('SIGINT')
      const [status] = await gone
      return status
    }

    /** As it is printed, in a shell that knows both programs. */
    function shell(line: string): Promise<{ status: number | null; output: string }> {
      const path = [dirname(findKubectl() ?? ''), resolve('bin'), process.env['PATH']].join(':')
      const ran = spawn('sh', ['-c', line], { env: { ...process.env, ...environment, PATH: path } })
      let output = ''
      for (const stream of [ran.stdout, ran.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
      return new Promise((done) => ran.on('close', (status) => done({ status, output })))
    }

    test('it says where it stands, and three commands to try, each of which works', async () => {
      expect(said).toContain(address)
      expect(commands).toHaveLength(3)
      const [pods = '', create = '', show = ''] = commands
      expect(await shell(pods)).toMatchObject({ status: 0 })
      expect(await shell(create)).toMatchObject({ status: 0, output: expect.stringContaining('created') })
      // The rules look at it as it passes.
      await expect.poll(() => found).toContain('try-haetae')
      expect(found).not.toContain('hunter2')
      // The trail is written behind the answer.
      const shown = { status: 0, output: expect.stringContaining('try-haetae') }
      await expect.poll(() => shell(show), { interval: 1000 }).toMatchObject(shown)
      expect((await shell(show)).output).not.toContain('hunter2')
    })

    test('it ends when it is told to, and comes back as the same', async () => {
      expect(await stop()).toBe(0)
      const kubeconfig = readFileSync(join(state, 'admin.kubeconfig'), 'utf8')
      await start()
      expect(readFileSync(join(state, 'admin.kubeconfig'), 'utf8')).toBe(kubeconfig)
      expect(await shell(commands[0] ?? '')).toMatchObject({ status: 0 })
      expect((await shell(commands[2] ?? '')).output).toContain('try-haetae')
    })

    test('a second one on the same address and state: it says why not', async () => {
      const other = ['up', '--listen', address.replace('https://', ''), '--lang', 'en']
      const env = { ...environment, KUBECONFIG: anyCluster.kubeconfig }
      const sameState = await haetae([...other, '--state', state], env)
      expect([sameState.status, sameState.stderr]).toEqual([2, expect.stringContaining('ERR_STATE')])
      const samePort = await haetae([...other, '--state', join(home, `${language}-2`)], env)
      expect([samePort.status, samePort.stderr]).toEqual([2, expect.stringContaining('ERR_LISTEN')])
    })
  },
)
