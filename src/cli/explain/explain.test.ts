import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../kubernetes/index.ts'
import { createRenderer, displayWidth, LANGUAGES, type Language } from '../../messages/index.ts'
import { EXPLAIN_MESSAGES } from './command.ts'
import { type ExplainedPod, explainDocument } from './explained-pod.ts'
import { explainedJson } from './json.ts'
import { podTable } from './table.ts'

function explained(name: string): readonly ExplainedPod[] {
  const text = readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8')
  const { documents } = parseDocument(`manifests/${name}`, { text, line: 1, oversized: false })
  return documents.flatMap((document) => {
    const explanation = explainDocument(document, {})
    return explanation !== undefined && 'explained' in explanation ? [explanation.explained] : []
  })
}

function table(name: string, language: Language, columns: number, colour = false): string {
  const render = createRenderer(EXPLAIN_MESSAGES, language)
  return explained(name)
    .map((pod) => `${podTable(pod, { render, colour, columns })}\n`)
    .join('\n')
}

describe('the table', () => {
  it.each(LANGUAGES)('of a Deployment in %s', async (language) => {
    await expect(table('web.yaml', language, 100)).toMatchFileSnapshot(`golden/web.${language}.txt`)
  })

  it.each(LANGUAGES)('of a Windows pod in %s', async (language) => {
    await expect(table('windows.yaml', language, 80)).toMatchFileSnapshot(`golden/windows.${language}.txt`)
  })

  it.each([
    [60, 60],
    [80, 80],
    [200, 120],
    [20, 60],
  ])('on a terminal of %i columns takes at most %i', (columns, most) => {
    for (const language of LANGUAGES)
      for (const line of table('web.yaml', language, columns).split('\n'))
        expect(displayWidth(line)).toBeLessThanOrEqual(most)
  })

  it('in colour says the same', () => {
    const coloured = table('web.yaml', 'en', 80, true)
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
    expect(coloured).toMatch(escapes)
    expect(coloured.replace(escapes, '')).toBe(table('web.yaml', 'en', 80))
  })
})

describe('the JSON', () => {
  it.each(LANGUAGES)('in %s', async (language) => {
    const render = createRenderer(EXPLAIN_MESSAGES, language)
    const pods = [...explained('web.yaml'), ...explained('windows.yaml')]
    await expect(explainedJson(pods, render)).toMatchFileSnapshot(`golden/pods.${language}.json`)
  })

  it('says where each value stands', () => {
    const render = createRenderer(EXPLAIN_MESSAGES, 'en')
    const { pods } = JSON.parse(explainedJson(explained('web.yaml'), render))
    expect(pods[0].containers[1].linux.user).toEqual({
      value: 0,
      source: {
        from: 'container',
        path: 'spec.template.spec.containers[0].securityContext.runAsUser',
        line: 33,
        column: 13,
      },
      notes: [],
    })
  })
})
