import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'haetae-source-'))
const manifest = join(folder, 'pod.yaml')
writeFileSync(
  manifest,
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: a}]}\n',
)
afterAll(() => rmSync(folder, { recursive: true }))

function scan(kubeconfig: string, ...args: string[]) {
  const file = join(folder, 'config')
  writeFileSync(file, kubeconfig)
  const call = [MAIN, 'scan', ...args, '--cluster', '--kubeconfig', file]
  return spawnSync(process.execPath, call, { encoding: 'utf8' })
}

test('a broken kubeconfig ends the call before anything is scanned, and is not quoted', () => {
  const broken = 'users:\n- name: u\n  user:\n    token: S3cr3tTokenValue\n\tfoo: x\n'
  const { status, stdout, stderr } = scan(broken, manifest, '--lang', 'ko')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toBe(
    `haetae: ERR_KUBECONFIG: ${folder}/config:5:1: 들여쓰기에 탭 문자가 쓰였습니다. YAML에서는 공백만 쓸 수 있습니다\n`,
  )
})

test('a context that is not there is a wrong call; a server that nobody reaches is not', () => {
  const config = JSON.stringify({
    'current-context': 'here',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
  })
  const unknown = scan(config, '--context', 'there', '--lang', 'en')
  expect([unknown.status, unknown.stdout]).toEqual([2, ''])
  expect(unknown.stderr).toMatch(/^haetae: ERR_NO_CONTEXT: the kubeconfig has no context "there"/)
  expect(scan(config, '--lang', 'en').status).toBe(3)
})
