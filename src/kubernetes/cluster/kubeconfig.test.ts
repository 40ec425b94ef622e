import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRenderer, LANGUAGES } from '../../messages/index.ts'
import { readingMessages } from '../reading/messages.ts'
import { kubeconfigProblem } from './kubeconfig.ts'
import { clusterMessages } from './messages.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-kubeconfig-'))
  file = join(folder, 'config')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** What is said of a kubeconfig, in each language, its folder left out. */
async function said(text: string, context?: string) {
  writeFileSync(file, text)
  const problem = await kubeconfigProblem({
    kubeconfig: file,
    environment: {},
    ...(context !== undefined && { context }),
  })
  if (problem === undefined) return undefined
  const { code, line, column, message } = problem
  const texts = LANGUAGES.map((language) =>
    createRenderer([clusterMessages, readingMessages], language)(message),
  )
  return { code, line, column, texts: texts.map((each) => each.replaceAll(folder, '')) }
}

const USABLE = {
  'current-context': 'here',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443' } }],
  users: [{ name: 'u', user: { token: 'S3cr3tTokenValue' } }],
  contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
}

describe('kubeconfigProblem', () => {
  test('nothing for a usable one, in YAML or JSON', async () => {
    expect(await said(JSON.stringify(USABLE))).toBeUndefined()
    expect(await said(JSON.stringify(USABLE, null, 2))).toBeUndefined()
  })

  const broken: [string, string][] = [
    ['a tab', 'users:\n- name: u\n  user:\n    token: S3cr3tTokenValue\n\tfoo: x\n'],
    ['a quote', 'users:\n- name: u\n  user:\n    token: "S3cr3tTokenValue\n'],
    ['a duplicate', 'users:\n- name: u\n  user: { token: S3cr3tTokenValue, token: S3cr3tTokenValue }\n'],
    ['an alias', 'users:\n- name: u\n  user:\n    token: *S3cr3tTokenValue\n'],
    ['a key', 'users:\n- name: u\n  user:\n    ? [S3cr3tTokenValue]\n    : x\n'],
    ['a scalar', 'S3cr3tTokenValue\n'],
    ['broken JSON', '{"users": [{"name": "u", "user": {"token": "S3cr3tTokenValue"'],
  ]
  test.each(broken)('no word of the file, in one line: %s', async (_, text) => {
    const problem = await said(text)
    expect(problem?.code).toMatch(/^ERR_(?:KUBECONFIG|NO_CONTEXT)$/)
    for (const each of problem?.texts ?? []) expect(each).not.toMatch(/S3cr3t|\n|\\n|token/)
  })

  test('the place and the cause', async () => {
    expect(await said(broken[0]?.[1] ?? '')).toEqual({
      code: 'ERR_KUBECONFIG',
      line: 5,
      column: 1,
      texts: [
        'a tab character is used for indentation; YAML allows only spaces',
        '들여쓰기에 탭 문자가 쓰였습니다. YAML에서는 공백만 쓸 수 있습니다',
      ],
    })
    const withoutServer = { ...USABLE, clusters: [{ name: 'c', cluster: { server: 1 } }] }
    expect(await said(JSON.stringify(withoutServer, null, 2))).toMatchObject({
      code: 'ERR_KUBECONFIG',
      line: 7,
      texts: [
        'clusters[0].cluster.server is missing, or not a string',
        'clusters[0].cluster.server가 없거나 문자열이 아닙니다',
      ],
    })
  })

  test('a token file that cannot be read is named', async () => {
    const users = [{ name: 'u', user: { 'token-file': join(folder, 'gone') } }]
    const problem = await said(JSON.stringify({ ...USABLE, users }))
    expect(problem).toMatchObject({
      code: 'ERR_KUBECONFIG',
      texts: ['cannot read /gone (no such file or folder)', expect.anything()],
    })
  })

  test.each(['http://127.0.0.1:8080', 'HTTP://example.com'])('a server without TLS: %s', async (server) => {
    const plain = { ...USABLE, clusters: [{ name: 'c', cluster: { server } }] }
    expect(await said(JSON.stringify(plain))).toMatchObject({
      code: 'ERR_KUBECONFIG',
      texts: [
        'the server of cluster "c" in /config begins with http://, so credentials would go unencrypted; give its https:// address, or set insecure-skip-tls-verify: true for this cluster where that is wanted',
        '/config에 있는 클러스터 "c" 항목의 server가 http://로 시작해 크리덴셜이 암호화되지 않은 채 전송됩니다. https:// 주소로 바꾸거나, 그래도 괜찮다면 이 클러스터에 insecure-skip-tls-verify: true를 설정합니다',
      ],
    })
    const meant = { name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }
    expect(await said(JSON.stringify({ ...USABLE, clusters: [meant] }))).toBeUndefined()
  })

  test('without contexts there is nothing to choose', async () => {
    expect(await said('apiVersion: v1\nkind: Config\n')).toMatchObject({
      code: 'ERR_NO_CONTEXT',
      texts: [
        'the kubeconfig names no current context and has none to choose',
        'kubeconfig에 현재 컨텍스트가 없습니다. 고를 수 있는 컨텍스트도 없습니다',
      ],
    })
    expect(await said(JSON.stringify(USABLE), 'other')).toMatchObject({
      texts: ['the kubeconfig has no context "other" with a cluster (it has here)', expect.anything()],
    })
  })
})
