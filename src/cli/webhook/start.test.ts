import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeUnreachableKubeconfig } from '../../../test/kubeconfig.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-webhook-start-'))
const kubeconfig = writeUnreachableKubeconfig(folder)
/** Takes the address that a call asks for. */
let taken: Server

beforeAll(async () => {
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'authorization', 'authorization.kubeconfig'), { recursive: true })
  taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  taken.close()
  rmSync(folder, { recursive: true })
})

/** A webhook that follows a cluster, which it goes on asking for while it runs. */
async function start(state: string, listen: string, language: string) {
  const main = join(import.meta.dirname, '..', 'main.ts')
  const own = ['--state', state, '--listen', listen, '--authorization-mode=RBAC', '--kubeconfig', kubeconfig]
  const child = spawn(process.execPath, [main, 'webhook', ...own, '--lang', language], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  try {
    const status = await new Promise((done) => child.on('close', done))
    return { status, said: told.split('\n').filter((line) => line.startsWith('haetae: ')) }
  } finally {
    child.kill('SIGKILL')
  }
}

test.each([
  ['file', join('ca', 'ca.key'), 'en', / [^ ]+ca\.key \(.+\); give --state a folder/],
  ['file', join('ca', 'ca.key'), 'ko', /ca\.key를 쓸 수 없습니다 \(.+\)\. --state에 .* 폴더를 지정하십시오/],
  ['authorization', 'authorization.kubeconfig', 'en', /; give --state a folder/],
])(
  'a state folder %s that cannot be written is told, and the call ends (%s, %s)',
  async (name, path, language, words) => {
    const { status, said } = await start(join(folder, name), '127.0.0.1:0', language)
    expect([status, said]).toEqual([2, [expect.stringMatching(words)]])
    expect(said[0]).toMatch(/^haetae: ERR_STATE: /)
    expect(said[0]).toContain(join(folder, name, path))
  },
)

test('an address that is taken is told, and the call ends', async () => {
  const { port } = taken.address() as AddressInfo
  const { status, said } = await start(join(folder, 'state'), `127.0.0.1:${port}`, 'en')
  expect([status, said]).toEqual([2, [expect.stringContaining('ERR_LISTEN')]])
})
