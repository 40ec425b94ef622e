import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { type AttributesJson, cases, requestOf } from '../conformance.fixture.ts'
import { decideNode } from './authorizer.ts'
import { NodeGraph } from './graph.ts'

/** Kubernetes' own cases, of which none is left out. */
const folder = join(process.env['HAETAE_CONFORMANCE'] ?? '../shared/conformance', 'node')
const available = existsSync(folder)
if (!available) console.info(`skipped: no conformance cases of the node authorizer in ${folder}`)

const KINDS = {
  nodes: 'Node',
  pods: 'Pod',
  pvs: 'PersistentVolume',
  attachments: 'VolumeAttachment',
} as const

function graphOf(file: string): NodeGraph {
  const objects = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<
    keyof typeof KINDS,
    KubernetesObject[]
  >
  const graph = new NodeGraph()
  for (const [list, kind] of Object.entries(KINDS))
    for (const object of objects[list as keyof typeof KINDS]) graph.put(kind, object)
  return graph
}

describe.skipIf(!available)('Kubernetes', () => {
  interface Case {
    readonly name: string
    readonly attributes: AttributesJson
    readonly features: Readonly<Record<string, boolean>>
    readonly expected: string
    readonly objects: string
  }
  test.each(cases<Case>(folder, 'authorize.jsonl'))(
    '$name',
    ({ attributes, features, expected, objects }) => {
      expect(decideNode(graphOf(objects), requestOf(attributes), features).verdict).toBe(expected)
    },
  )
})
