import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MAIN = resolve('src/cli/main.ts')
let folder: string
let file: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-kubeconfig-'))
  file = join(folder, 'config')
})

afterAll(() => rmSync(folder, { recursive: true }))

function said(args: readonly string[], text: string, language: string): string {
  writeFileSync(file, text)
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--lang', language], {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  })
  expect(status).toBe(2)
  return stderr.replaceAll(folder, '')
}

const BROKEN = 'users:\n- name: u\n\tfoo: x\n'
const PLAIN = JSON.stringify({
  'current-context': 'here',
  clusters: [{ name: 'hook', cluster: { server: 'http://127.0.0.1:1/authorize' } }],
  users: [{ name: 'u', user: { token: 'S3cr3t' } }],
  contexts: [{ name: 'here', context: { cluster: 'hook', user: 'u' } }],
})

test('a kubeconfig that is none is told of by its place, by a server too', () => {
  const gateway = ['gateway', '--upstream', file, '--state', join(folder, 'state')]
  expect(said(gateway, BROKEN, 'en')).toBe(
    'haetae: ERR_KUBECONFIG: /config:3:1: a tab character is used for indentation; YAML allows only spaces\n',
  )
  expect(said(gateway, BROKEN, 'ko')).toMatch(/^haetae: ERR_KUBECONFIG: \/config:3:1: 들여쓰기에 탭 문자가/)
})

test('a webhook without TLS is told of before anything is sent', () => {
  const listen = ['webhook', '--listen', '127.0.0.1:0', '--state', join(folder, 'state')]
  const hook = ['--authorization-mode', 'Webhook', '--authorization-webhook-config-file', file]
  expect(said([...listen, ...hook], PLAIN, 'en')).toContain(
    'haetae: ERR_KUBECONFIG: the server of cluster "hook" in /config begins with http://, so credentials',
  )
})
