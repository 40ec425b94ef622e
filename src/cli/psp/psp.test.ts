import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { createRenderer, LANGUAGES, type Language } from '../../messages/index.ts'
import { checkPod, planMigration } from '../../pod-security/index.ts'
import { checkJson, checkText } from './check-report.ts'
import { PSP_MESSAGES } from './command.ts'
import { readPspInput } from './input.ts'
import { migrationJson, migrationText } from './migrate-report.ts'

const FOLDER = fileURLToPath(new URL('golden', import.meta.url))

const input = await readPspInput([`${FOLDER}/policies.yaml`, `${FOLDER}/pods.yaml`])
const providers = input.policies.map(({ provider }) => provider)
const checked = input.pods.map((pod) => ({ ...pod, verdict: checkPod(pod.template, providers) }))
const planned = input.policies.map(({ document, policy }) => ({ document, plan: planMigration(policy) }))

function settings(language: Language) {
  return { render: createRenderer(PSP_MESSAGES, language), colors: pc.createColors(false) }
}

/** Where the folder lies differs from machine to machine. */
function portable(text: string): string {
  return text.replaceAll(`${FOLDER}/`, '')
}

describe('the input', () => {
  it('has policies of both API versions, and workloads', () => {
    expect(input.policies.map(({ policy }) => policy.metadata?.name)).toEqual(['restricted', 'node-logs'])
    expect(input.pods).toHaveLength(2)
    expect(input.problems).toEqual([])
  })

  it('names a field that no policy has, with its place', () => {
    expect(input.notes.map(({ code, line, column }) => ({ code, line, column }))).toEqual([
      { code: 'ERR_UNKNOWN_FIELD', line: 22, column: 3 },
    ])
  })
})

describe('psp check', () => {
  it.each(LANGUAGES)(
    'tells in %s who allows a pod, what is set, and what speaks against it',
    async (language) => {
      const text = portable(checkText(checked, providers.length, settings(language)))
      await expect(text).toMatchFileSnapshot(`golden/check.${language}.txt`)
    },
  )

  it('as JSON', async () => {
    await expect(portable(checkJson(checked, providers))).toMatchFileSnapshot('golden/check.json')
  })
})

describe('psp migrate', () => {
  it.each(LANGUAGES)('plans in %s', async (language) => {
    const text = portable(migrationText(planned, settings(language)))
    await expect(text).toMatchFileSnapshot(`golden/migrate.${language}.txt`)
  })

  it('as JSON', async () => {
    const json = portable(migrationJson(planned, settings('en').render))
    await expect(json).toMatchFileSnapshot('golden/migrate.json')
  })
})
