import { readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { type KubernetesObject, podTemplateOf } from '../src/kubernetes/index.ts'
import { LANGUAGES } from '../src/messages/index.ts'
import { evaluatePod, podSecurityChecks } from '../src/pod-security/index.ts'

/**
 * The pages of the Pod Security controls show whole pods: the incorrect one breaks this control alone, so that a
 * reader sees what matters, and the correct one passes the control's whole level, so that it may be copied.
 */
const CONTROLS = (['baseline', 'restricted'] as const).flatMap((level) =>
  podSecurityChecks(level, 'latest').map(({ id }) => ({ id, level })),
)

describe.each(LANGUAGES)('docs/checks/%s', (language) => {
  test.each(lowestLevels())('$id at $level', ({ id, level }) => {
    const [incorrect, correct] = podsOf(language, id)
    expect(violations(level, incorrect)).toEqual([id])
    expect(violations(level, correct)).toEqual([])
  })
})

/** Each control once, at the lowest level that has it. */
function lowestLevels(): typeof CONTROLS {
  return CONTROLS.filter(({ id }, index) => CONTROLS.findIndex((other) => other.id === id) === index)
}

/** The two examples of a page, in its order. */
function podsOf(language: string, id: string): KubernetesObject[] {
  const page = readFileSync(new URL(`../docs/checks/${language}/${id}.md`, import.meta.url), 'utf8')
  return [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(
    ([, yaml = '']) => loadAll(yaml) as KubernetesObject[],
  )
}

function violations(level: 'baseline' | 'restricted', object: KubernetesObject | undefined): string[] {
  const pod = object && podTemplateOf(object)
  if (pod === undefined) throw new Error('an example without a pod')
  return evaluatePod(level, 'latest', pod).map(({ check }) => check)
}
