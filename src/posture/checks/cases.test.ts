import { readdirSync, readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import type { Check, Detection } from '../../findings/index.ts'
import {
  decodeObject,
  formatFieldPath,
  type KubernetesObject,
  podTemplateOf,
} from '../../kubernetes/index.ts'
import { createRenderer, LANGUAGES } from '../../messages/index.ts'
import { applyPatch } from '../apply-patch.fixture.ts'
import { postureChecks } from '../catalogue.ts'

/**
 * `cases/<check>/ok.<case>/input.yaml` gives no finding of the check; `ng.<case>/input.yaml` gives those of
 * `expected.json`: message id and data, path and severity. A new case needs no code.
 */
const CASES = new URL('./cases/', import.meta.url)

interface ExpectedFinding {
  readonly id: string
  readonly data: unknown
  readonly path: string
  readonly severity: string
}

describe.each(postureChecks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  const folders = readdirSync(new URL(`${id}/`, CASES)).sort()

  it('has at least three cases of each sort', () => {
    expect(folders.filter((name) => name.startsWith('ok.')).length).toBeGreaterThanOrEqual(3)
    expect(folders.filter((name) => name.startsWith('ng.')).length).toBeGreaterThanOrEqual(3)
  })

  it.each(folders)('%s', (folder) => {
    const objects = readObjects(new URL(`${id}/${folder}/input.yaml`, CASES))
    const detections = objects.flatMap((object) => detect(check, object))
    const found = detections.map((detection) => summary(check, detection))
    expect(found).toEqual(folder.startsWith('ok.') ? [] : readExpected(new URL(`${id}/${folder}/`, CASES)))
    for (const language of LANGUAGES) {
      const render = createRenderer([check.messages], language)
      for (const { message, remediation } of detections) {
        expect(render(message)).toMatch(/\S/)
        if (remediation?.message !== undefined) expect(render(remediation.message)).toMatch(/\S/)
      }
    }
  })

  it.each(folders.filter((name) => name.startsWith('ng.')))(
    '%s: patches mend what they are for',
    (folder) => {
      for (const object of readObjects(new URL(`${id}/${folder}/input.yaml`, CASES))) {
        for (const detection of detect(check, object)) {
          const { remediation } = detection
          if (remediation === undefined || remediation.patch.length === 0) continue
          const patched = applyPatch(object, remediation.patch)
          const left = detect(check, patched).map((found) => JSON.stringify(summary(check, found)))
          expect(left).not.toContain(JSON.stringify(summary(check, detection)))
        }
      }
    },
  )
})

it('safe patches of an object can be applied together, until none is left', () => {
  for (const object of everyInput()) {
    let patched = object
    let safe = safePatches(patched)
    for (let round = 0; safe.length > 0; round++) {
      expect(round).toBeLessThan(4)
      for (const patch of safe) patched = applyPatch(patched, patch)
      safe = safePatches(patched)
    }
  }
})

function everyInput(): KubernetesObject[] {
  return postureChecks.flatMap(({ id }) =>
    readdirSync(new URL(`${id}/`, CASES)).flatMap((folder) =>
      readObjects(new URL(`${id}/${folder}/input.yaml`, CASES)),
    ),
  )
}

function safePatches(object: KubernetesObject) {
  return postureChecks
    .flatMap((check) => detect(check, object))
    .flatMap(({ remediation }) => (remediation?.safe === true ? [remediation.patch] : []))
}

function readObjects(file: URL): KubernetesObject[] {
  return loadAll(readFileSync(file, 'utf8')) as KubernetesObject[]
}

function readExpected(folder: URL): ExpectedFinding[] {
  return JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as ExpectedFinding[]
}

function detect(check: Check, given: KubernetesObject): Detection[] {
  const { object, unknown: unknownFields } = decodeObject(given)
  const pod = podTemplateOf(object)
  const detections: Detection[] = []
  check.run({ object, unknownFields, ...(pod !== undefined && { pod }) }, (detection) =>
    detections.push(detection),
  )
  return detections
}

function summary(check: Check, { message, path, severity }: Detection): ExpectedFinding {
  return { ...message, path: formatFieldPath(path), severity: severity ?? check.severity }
}
