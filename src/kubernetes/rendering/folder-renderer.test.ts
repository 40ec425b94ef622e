import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRenderer } from '../../messages/index.ts'
import { readPaths } from '../reading/read.ts'
import { createFolderRenderer, type RenderingOptions } from './folder-renderer.ts'
import { renderingMessages } from './messages.ts'

let folder: string
let bin: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haetae-rendering-'))
  bin = join(folder, '.bin')
  mkdirSync(bin)
})

afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** A command on the PATH that stands in for one that this machine may not have. */
function standIn(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}

async function read(path: string, options: Partial<RenderingOptions> = {}) {
  const renderFolder = createFolderRenderer({ environment: { PATH: bin }, ...options })
  const objects: string[] = []
  const problems: string[] = []
  const render = createRenderer([renderingMessages], 'en')
  const shorten = (text: string) => text.replaceAll(`${folder}/`, '')
  for await (const { documents, problems: met } of readPaths([join(folder, path)], {
    stdin: process.stdin,
    renderFolder,
  })) {
    for (const { file, object, locate, isDerived } of documents) {
      expect([isDerived, locate(['spec'])]).toEqual([true, { line: 1, column: 1 }])
      objects.push(`${shorten(file)} ${object.kind}/${object.metadata?.name}`)
    }
    for (const { code, file, message } of met)
      problems.push(
        `${code} ${shorten(file)}${code.startsWith('ERR_YAML') ? '' : `: ${shorten(render(message))}`}`,
      )
  }
  return { objects, problems }
}

// No helm was at hand where this was written: a stand-in prints what `helm template` of version 3 would.
const HELM_OUTPUT = `---
# Source: shop/charts/cache/templates/pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: release-name-cache
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
# Source: shop/templates/broken.yaml
apiVersion: v1
kind: [
`

describe('a Helm chart', () => {
  beforeEach(() => {
    write('shop/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
    write('shop/templates/web.yaml', 'kind: {{ .Values.kind }}')
  })

  test('is rendered, and each object located at its template', async () => {
    write('output.txt', HELM_OUTPUT)
    standIn(
      'helm',
      `[ "$1" = template ] && [ "$2" = '${folder}/shop' ] && [ $# = 2 ] && /bin/cat '${folder}/output.txt'`,
    )
    expect(await read('shop')).toEqual({
      objects: [
        'shop/charts/cache/templates/pod.yaml Pod/release-name-cache',
        'shop/templates/web.yaml Deployment/web',
        'shop/templates/web.yaml Service/web',
      ],
      problems: ['ERR_YAML_SYNTAX shop/templates/broken.yaml'],
    })
  })

  test('without helm it is named, and its templates are not read as manifests', async () => {
    expect(await read('.')).toEqual({
      objects: [],
      problems: [
        'ERR_HELM_NOT_FOUND shop/Chart.yaml: shop is a Helm chart, but there is no helm command to render it with; install Helm, or scan the output of "helm template"',
      ],
    })
  })

  test.each([
    [
      'says why helm failed',
      'echo "Error: found in Chart.yaml, but missing in charts/ directory: redis" >&2; exit 1',
      {},
      'ERR_RENDER_FAILED shop/Chart.yaml: "helm template shop" failed: Error: found in Chart.yaml, but missing in charts/ directory: redis',
    ],
    [
      'does not wait for ever',
      'exec /bin/sleep 20',
      { timeoutSeconds: 0.2 },
      'ERR_RENDER_TIMEOUT shop/Chart.yaml: "helm template shop" did not end within 0.2 seconds',
    ],
    [
      'does not read without end',
      'while :; do echo 0123456789012345678901234567890123456789; done',
      { outputBytes: 1024 * 1024 },
      'ERR_RENDER_TOO_LARGE shop/Chart.yaml: "helm template shop" wrote more than 1 MiB; only so much is read',
    ],
  ])('%s', async (_, script, options, problem) => {
    standIn('helm', script)
    expect(await read('shop', options)).toEqual({ objects: [], problems: [problem] })
  })
})

describe('a kustomization', () => {
  beforeEach(() => {
    write('site/pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers: []\n')
    write('site/kustomization.yaml', 'resources:\n- pod.yaml\nnamePrefix: blue-\n')
  })

  test.skipIf(!hasKubectl())('is built with the kubectl of this machine', async () => {
    const { PATH } = process.env
    expect(await read('.', { environment: { PATH } })).toEqual({
      objects: ['site/kustomization.yaml Pod/blue-web'],
      problems: [],
    })
    write('site/kustomization.yaml', 'resources:\n- missing.yaml\n')
    const { objects, problems } = await read('site', { environment: { PATH } })
    expect(objects).toEqual([])
    expect(problems).toEqual([
      expect.stringMatching(
        /^ERR_RENDER_FAILED site\/kustomization.yaml: "kubectl kustomize site" failed: .*missing.yaml/,
      ),
    ])
  })

  test('is built with kustomize where there is no kubectl', async () => {
    standIn('kustomize', `[ "$1" = build ] && /bin/cat '${folder}/site/pod.yaml'`)
    expect(await read('site')).toEqual({ objects: ['site/kustomization.yaml Pod/web'], problems: [] })
  })

  test('without either it is named', async () => {
    expect((await read('site')).problems).toEqual([
      expect.stringMatching(/^ERR_KUSTOMIZE_NOT_FOUND site\/kust/),
    ])
  })
})

function hasKubectl(): boolean {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((path) => {
    try {
      execFileSync(join(path, 'kubectl'), ['version', '--client'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
  if (!found) console.warn('no kubectl on the PATH: kustomizations are tried with a stand-in only')
  return found
}
