import { readdirSync, readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { type Check, createExceptionChecks, type Detection } from '../src/findings/index.ts'
import { decodeObject, type KubernetesObject, podTemplateOf } from '../src/kubernetes/index.ts'
import { LANGUAGES, type Language } from '../src/messages/index.ts'
import {
  addNamespace,
  admissionChecks,
  DEFAULT_SETTINGS,
  type ManifestCluster,
  podSecurityChecks,
} from '../src/pod-security/index.ts'
import { composeChecks, postureChecks } from '../src/posture/index.ts'

/**
 * Holds the pages in `docs/checks` to the code: every check has one in each language, its title and severity are
 * the check's, each incorrect example gives its finding, and no correct one does.
 */
const PAGES = new URL('../docs/checks/', import.meta.url)

const HEADINGS: { readonly [L in Language]: readonly string[] } = {
  en: ['Incorrect', 'Correct', 'How to fix', 'When not to use it', 'References'],
  ko: ['잘못된 예', '올바른 예', '고치는 방법', '예외로 둘 만한 경우', '참고'],
}

const SEVERITY_LINE: { readonly [L in Language]: RegExp } = {
  en: /^\*\*Severity:\*\* (.+)$/m,
  ko: /^\*\*심각도:\*\* (.+)$/m,
}

/** Past every date in the pages that is meant to be over. */
const TODAY = '2026-01-01'

function everyCheck(cluster: ManifestCluster): readonly Check[] {
  const restricted = podSecurityChecks('restricted', 'latest')
  const overridden = podSecurityChecks('baseline', 'latest').filter(
    ({ id }) => !restricted.some((check) => check.id === id),
  )
  const checks = composeChecks(overridden, restricted, postureChecks, admissionChecks(cluster))
  const known = new Set(checks.map(({ id }) => id))
  return composeChecks(checks, createExceptionChecks({ known, today: TODAY }))
}

const CATALOGUE = everyCheck({ namespaces: new Map(), settings: DEFAULT_SETTINGS })

describe.each(LANGUAGES)('docs/checks/%s', (language) => {
  it('has a page for each check, and no other', () => {
    const pages = readdirSync(new URL(`${language}/`, PAGES))
    expect(pages.sort()).toEqual(CATALOGUE.map(({ id }) => `${id}.md`).sort())
  })

  it.each(CATALOGUE.map((check) => [check.id, check] as const))(
    '%s says what the check says',
    (id, check) => {
      const page = readPage(language, id)
      expect(page.split('\n')[0]).toBe(`# ${id}`)
      expect(page).toContain(`\n**${check.title[language]}.** `)
      expect(SEVERITY_LINE[language].exec(page)?.[1]).toContain(check.severity)
      for (const heading of HEADINGS[language]) expect(page).toContain(`\n## ${heading}\n`)
      // A page may point to a place in the document.
      const links = [...page.matchAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g)].flatMap(([, url = '', at = '']) => [
        url,
        url + at,
      ])
      for (const reference of check.references) expect(links).toContain(reference)
    },
  )

  it.each(CATALOGUE.map(({ id }) => id))(
    '%s: the incorrect examples are found, the correct ones pass',
    (id) => {
      const [incorrect = '', correct = ''] = HEADINGS[language]
      const page = readPage(language, id)
      const found = examples(page, incorrect).map((example) => detect(id, example))
      expect(found.length).toBeGreaterThan(0)
      for (const detections of found) expect(detections.length).toBeGreaterThan(0)
      const passing = examples(page, correct)
      expect(passing.length).toBeGreaterThan(0)
      for (const example of passing) expect(detect(id, example)).toEqual([])
    },
  )
})

function readPage(language: Language, id: string): string {
  return readFileSync(new URL(`${language}/${id}.md`, PAGES), 'utf8')
}

/** The YAML of each code block in the section under a heading. */
function examples(page: string, heading: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => yaml)
}

/** What one check finds in an example: its documents are scanned together, as those of a file are. */
function detect(id: string, example: string): Detection[] {
  const namespaces = new Map()
  const check = everyCheck({ namespaces, settings: DEFAULT_SETTINGS }).find((found) => found.id === id)
  const detections: Detection[] = []
  for (const given of loadAll(example) as KubernetesObject[]) {
    const { object, unknown: unknownFields } = decodeObject(given)
    addNamespace(namespaces, object)
    const pod = podTemplateOf(object)
    check?.run({ object, unknownFields, ...(pod !== undefined && { pod }) }, (found) =>
      detections.push(found),
    )
  }
  return detections
}
