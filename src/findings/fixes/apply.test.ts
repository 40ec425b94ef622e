import { describe, expect, test } from 'vitest'
import type { FieldPath } from '../../kubernetes/index.ts'
import { createRenderer } from '../../messages/index.ts'
import type { Finding, PatchOperation } from '../finding.ts'
import { applyFixes } from './apply.ts'
import { fixMessages } from './messages.ts'

const render = createRenderer([fixMessages], 'en')
const CONTAINER: FieldPath = ['spec', 'containers', 0]

function finding(patch: readonly PatchOperation[], line = 1, column = 1): Finding {
  return {
    check: 'test',
    severity: 'low',
    resource: { apiVersion: 'v1', kind: 'Pod', name: 'p' },
    location: { file: 'pod.yaml', line, column, path: [] },
    message: { id: 'test', data: {} },
    remediation: { patch, safe: true },
    references: [],
  }
}

const set = (path: FieldPath, value: unknown): PatchOperation => ({ op: 'add', path, value })

interface Case {
  readonly name: string
  readonly before: string
  readonly patches: readonly (readonly PatchOperation[])[]
  readonly after: string
  readonly refused?: string
}

const POD = `apiVersion: v1
kind: Pod # a pod
metadata:
  name: p
spec:
  # the only container
  containers:
  - name: app
    image: "nginx" # pinned elsewhere
    # ports follow
  volumes: [] # none
`

const cases: readonly Case[] = [
  {
    name: 'adds a map after the last field of a list item, comments in place',
    before: POD,
    patches: [[set([...CONTAINER, 'securityContext'], { runAsNonRoot: true })]],
    after: POD.replace('elsewhere\n', 'elsewhere\n    securityContext:\n      runAsNonRoot: true\n'),
  },
  {
    name: 'puts several new fields of one new map together',
    before: POD,
    patches: [
      [set([...CONTAINER, 'securityContext'], { runAsNonRoot: true })],
      [set([...CONTAINER, 'securityContext'], { readOnlyRootFilesystem: true })],
      [set([...CONTAINER, 'securityContext'], { capabilities: { drop: ['ALL'] } })],
      [set([...CONTAINER, 'securityContext', 'capabilities'], { drop: ['ALL'] })],
    ],
    after: POD.replace(
      'elsewhere\n',
      `elsewhere
    securityContext:
      runAsNonRoot: true
      readOnlyRootFilesystem: true
      capabilities:
        drop:
        - ALL
`.replace('        - ALL', '          - ALL'),
    ),
  },
  {
    name: 'fills an empty flow list and keeps quotes of a replaced string',
    before: POD,
    patches: [
      [set(['spec', 'volumes'], [{ name: 'tmp', emptyDir: {} }])],
      [{ op: 'replace', path: [...CONTAINER, 'image'], value: 'nginx:1.29' }],
    ],
    after: POD.replace('volumes: []', 'volumes: [{name: tmp, emptyDir: {}}]').replace(
      '"nginx"',
      '"nginx:1.29"',
    ),
  },
  {
    name: 'adds to a file that does not end in a line break, with CRLF and BOM',
    before: '\uFEFFkind: Pod\r\nspec:\r\n    hostNetwork: true',
    patches: [
      [set(['spec', 'hostPID'], false)],
      [{ op: 'replace', path: ['spec', 'hostNetwork'], value: false }],
    ],
    after: '\uFEFFkind: Pod\r\nspec:\r\n    hostNetwork: false\r\n    hostPID: false',
  },
  {
    name: 'follows the indentation that the document uses',
    before: 'kind: Pod\nspec:\n    containers:\n        - name: a\n',
    patches: [[set([...CONTAINER, 'securityContext'], { capabilities: { drop: ['ALL'] } })]],
    after:
      'kind: Pod\nspec:\n    containers:\n        - name: a\n          securityContext:\n              capabilities:\n                  drop:\n                      - ALL\n',
  },
  {
    name: 'puts a value under a key that has none, and in place of null',
    before: 'spec:\n  securityContext: # todo\n  containers: null # soon\n  hostPID:\n',
    patches: [
      [set(['spec', 'securityContext'], { runAsNonRoot: true })],
      [set(['spec', 'containers'], [{ name: 'a' }])],
      [set(['spec', 'hostPID'], false)],
    ],
    after:
      'spec:\n  securityContext: # todo\n    runAsNonRoot: true\n  containers: # soon\n    - name: a\n  hostPID: false\n',
  },
  {
    name: 'removes a field with its lines; an emptied map stays one',
    before: 'spec:\n  hostPID: true # bad\n  # keep\n  securityContext:\n    privileged: true\n  x: 1\n',
    patches: [
      [{ op: 'remove', path: ['spec', 'hostPID'] }],
      [{ op: 'remove', path: ['spec', 'securityContext', 'privileged'] }],
    ],
    after: 'spec:\n  # keep\n  securityContext: {}\n  x: 1\n',
  },
  {
    name: 'removes the first field of a list item, and list items by their old index',
    before: 'spec:\n  list:\n  - name: a\n    x: 1\n  - name: b\n  - name: c\n',
    patches: [
      [{ op: 'remove', path: ['spec', 'list', 0, 'name'] }],
      [{ op: 'remove', path: ['spec', 'list', 1] }],
      [{ op: 'remove', path: ['spec', 'list', 2] }],
    ],
    after: 'spec:\n  list:\n  - x: 1\n',
  },
  {
    name: 'renames a misspelt field and moves a misplaced one',
    before: 'metadata:\n  name: p\n  runAsNonRoot: true\nspec:\n  "readOnlyRootFileSystem": true # why not\n',
    patches: [
      [
        {
          op: 'move',
          from: ['spec', 'readOnlyRootFileSystem'],
          path: ['spec', 'readOnlyRootFilesystem'],
        },
      ],
      [{ op: 'move', from: ['metadata', 'runAsNonRoot'], path: ['spec', 'securityContext', 'runAsNonRoot'] }],
    ],
    after:
      'metadata:\n  name: p\nspec:\n  "readOnlyRootFilesystem": true # why not\n  securityContext:\n    runAsNonRoot: true\n',
  },
  {
    name: 'appends to lists that other remedies append to',
    before: 'spec:\n  volumes:\n  - name: a\n',
    patches: [
      [set(['spec', 'volumes', 1], { name: 'tmp', emptyDir: {} })],
      [set(['spec', 'volumes', 1], { name: 'tmp', emptyDir: {} })],
      [set(['spec', 'volumes', 1], { name: 'logs', emptyDir: {} })],
    ],
    after:
      'spec:\n  volumes:\n  - name: a\n  - name: tmp\n    emptyDir: {}\n  - name: logs\n    emptyDir: {}\n',
  },
  {
    name: 'edits spread JSON in its own manner',
    before:
      '{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"containers": [\n\t\t\t{\n\t\t\t\t"name": "a"\n\t\t\t}\n\t\t]\n\t}\n}\n',
    patches: [[set([...CONTAINER, 'securityContext'], { runAsNonRoot: true })]],
    after:
      '{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"containers": [\n\t\t\t{\n\t\t\t\t"name": "a",\n\t\t\t\t"securityContext": {\n\t\t\t\t\t"runAsNonRoot": true\n\t\t\t\t}\n\t\t\t}\n\t\t]\n\t}\n}\n',
  },
  {
    name: 'edits compact JSON in its own manner',
    before: '{"kind":"Pod","spec":{"hostPID":true,"containers":[{"name":"a"}]}}',
    patches: [
      [set([...CONTAINER, 'securityContext'], { runAsNonRoot: true })],
      [{ op: 'remove', path: ['spec', 'hostPID'] }],
    ],
    after: '{"kind":"Pod","spec":{"containers":[{"name":"a","securityContext":{"runAsNonRoot":true}}]}}',
  },
  {
    name: 'quotes strings that would not stay strings',
    before: 'metadata:\n  name: p\n',
    patches: [
      [set(['metadata', 'annotations'], { a: 'true', b: '1', c: 'no', d: 'x: y', e: '한국어', f: '' })],
    ],
    after:
      'metadata:\n  name: p\n  annotations:\n    a: "true"\n    b: "1"\n    c: "no"\n    d: "x: y"\n    e: "한국어"\n    f: ""\n',
  },
  {
    name: 'does not touch what an anchor shares',
    before: 'a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 1\n',
    patches: [[set(['a', 'new'], 1)], [set(['c', 'new'], 1)], [set(['d', 'b'], 2)], [set(['d', 'new'], 1)]],
    after: 'a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n  e: 1\n  new: 1\n',
    refused: 'the field stands in an alias, a merge key or an anchored part that others share',
  },
  {
    name: 'lets the first of two that contradict one another win',
    before: 'spec:\n  a: 1\n',
    patches: [
      [set(['spec', 'b'], 1)],
      [set(['spec', 'b'], 2)],
      [set(['spec', 'a'], 5)],
      [set(['spec', 'a'], 6)],
    ],
    after: 'spec:\n  a: 5\n  b: 1\n',
    refused: 'another remedy changed the same field differently',
  },
  {
    name: 'applies a remedy of several operations that build on one another',
    before: 'spec:\n  x: 1\n',
    patches: [[set(['spec', 'a'], {}), set(['spec', 'a', 'b'], 1)]],
    after: 'spec:\n  x: 1\n  a: {b: 1}\n',
  },
  {
    name: 'replaces an item of several lines, and only that',
    before: 'list:\n  - name: a # x\n    b: |\n      c\n  # next\n  - d\n',
    patches: [[{ op: 'replace', path: ['list', 0], value: { name: 'a', b: { c: 1 } } }]],
    after: 'list:\n  - name: a\n    b:\n      c: 1\n  # next\n  - d\n',
  },
  {
    name: 'keeps a block scalar before the new field',
    before: 'data:\n  a: |+\n    x\n\n\nz: 1\n',
    patches: [[set(['data', 'b'], 1)]],
    after: 'data:\n  a: |+\n    x\n\n\n  b: 1\nz: 1\n',
  },
]

describe('applyFixes', () => {
  test.each(cases)('$name', ({ before, patches, after, refused }) => {
    const result = applyFixes(
      before,
      patches.map((patch) => finding(patch)),
    )
    expect(result.text).toBe(after)
    expect([...new Set(result.skipped.map(({ reason }) => render(reason)))]).toEqual(
      refused === undefined ? [] : [refused],
    )
    expect(result.applied.length + result.skipped.length).toBe(patches.length)
  })

  test('finds the document of a stream, and the item of a list, by the position', () => {
    const text =
      '# first\nkind: A\n---\nkind: B\nspec: {}\n---\nkind: List\nitems:\n- kind: C\n  spec: {}\n- kind: D\n  spec: {}\n'
    const patch = [set(['spec', 'x'], 1)]
    const { text: fixed, skipped } = applyFixes(text, [finding(patch, 4), finding(patch, 11, 3)])
    expect(skipped).toEqual([])
    expect(fixed).toBe(
      '# first\nkind: A\n---\nkind: B\nspec: {x: 1}\n---\nkind: List\nitems:\n- kind: C\n  spec: {}\n- kind: D\n  spec: {x: 1}\n',
    )
  })

  test('names a document that cannot be read', () => {
    const { text, skipped } = applyFixes('a: [1\n---\nb: 1\n', [
      finding([set(['x'], 1)], 1),
      finding([set(['x'], 1)], 3),
    ])
    expect(text).toBe('a: [1\n---\nb: 1\nx: 1\n')
    expect(skipped.map(({ reason }) => reason.id)).toEqual(['fix.unreadable'])
  })
})
