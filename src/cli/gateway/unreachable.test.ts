import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeUnreachableKubeconfig } from '../../../test/kubeconfig.fixture.ts'
import { haetae } from '../../../test/program.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-unreachable-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a gate whose cluster is not there says so and ends, whatever it had begun to follow', async () => {
  const kubeconfig = writeUnreachableKubeconfig(folder)
  const main = join(import.meta.dirname, '..', 'main.ts')
  const own = ['--upstream', kubeconfig, '--listen', '127.0.0.1:0', '--state', join(folder, 'state')]
  const child = spawn(
    process.execPath,
    [main, 'gateway', ...own, '--authorization-mode=RBAC', '--lang', 'en'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
  })
  const status = await new Promise((done) => child.on('close', done))
  expect([status, told]).toEqual([2, expect.stringContaining('ERR_CLUSTER_UNREACHABLE')])
})

test('a gate without a kubeconfig names its own option', () => {
  const { status, stderr } = haetae([
    'gateway',
    '--upstream',
    '/nowhere/config',
    '--state',
    join(folder, 'none'),
  ])
  expect(status).toBe(2)
  expect(stderr).toBe(
    'haetae: ERR_NO_KUBECONFIG: no kubeconfig (looked for /nowhere/config), and this is no pod of a cluster; give one with --upstream\n',
  )
})
