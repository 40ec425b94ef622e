import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, type OpenBrowser, openBrowser } from '../setup/browser.ts'
import { haetae, scan } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { isName, textsOf } from './page-texts.ts'

const { executable, otherwise } = findBrowser()
const OUT = resolve('e2e/out')
const HANGUL = /\p{Script=Hangul}/u
const LANGUAGES = ['en', 'ko'] as const

describe('the html report in a browser', needs(executable, otherwise), () => {
  let folder = ''
  const fileOf = (language: string) => join(folder, `report-${language}.html`)
  let browser: OpenBrowser
  let findings = 0

  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true })
    folder = mkdtempSync(join(tmpdir(), 'haetae-report-'))
    const broken = join(folder, 'broken.yaml')
    writeFileSync(broken, 'kind: Pod\n\tapiVersion: v1\n')
    for (const language of LANGUAGES) {
      const args = ['examples', broken, '--lang', language, '--format', `html=${fileOf(language)}`]
      const { status, stderr } = await haetae(['scan', ...args, '--quiet'])
      expect([status, stderr]).toEqual([3, ''])
    }
    findings = (await scan(['examples', broken])).report.findings.length
    browser = await openBrowser(executable ?? '')
  })

  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  test.for(LANGUAGES)('%s: complains of nothing, loads nothing, filters', async (language, { task }) => {
    const page = await browser.newPage()
    const { complaints, requests } = watch(page)
    await page.goto(pathToFileURL(fileOf(language)).href)

    expect(await page.getAttribute('html', 'lang')).toBe(language)
    const all = await countVisible(page)
    expect(all).toBeGreaterThan(50)
    expect(all).toBeLessThanOrEqual(findings)
    expect(await shownCount(page)).toBe(all)

    const low = page.locator('input[data-severity=low]')
    await low.uncheck()
    expect(await page.locator('.finding[data-severity=low]:visible').count()).toBe(0)
    expect(await shownCount(page)).toBe(await countVisible(page))
    await low.check()
    expect(await shownCount(page)).toBe(all)

    await page.selectOption('select', 'runs-as-root')
    const ofCheck = await countVisible(page)
    expect(ofCheck).toBe(
      await page.locator('.finding[data-check=runs-as-root]:not([data-suppressed])').count(),
    )
    expect(ofCheck).toBeGreaterThan(0)
    await page.selectOption('select', '')

    await page.fill('input[type=search]', 'debug-pod capabilities')
    await expect.poll(() => countVisible(page)).toBeLessThan(all)
    expect(await countVisible(page)).toBeGreaterThan(0)
    for (const text of await page.locator('.group:visible').allTextContents())
      expect(text.toLowerCase()).toContain('debug-pod')
    await page.fill('input[type=search]', 'there is no such thing')
    await expect.poll(() => countVisible(page)).toBe(0)
    expect(await page.locator('[data-empty]').isVisible()).toBe(true)
    await page.fill('input[type=search]', '')
    await expect.poll(() => countVisible(page)).toBe(all)

    await page.screenshot({ path: join(OUT, `report-${language}.png`) })
    await page.locator('.tools button').click()
    expect(await page.locator('details.finding[open]:visible').count()).toBe(all)
    await page.screenshot({ path: join(OUT, `report-${language}-open.png`), fullPage: true })

    expect(complaints).toEqual([])
    expect(requests).toEqual([pathToFileURL(fileOf(language)).href])
    task.meta.results = [`${language}: ${all} findings shown, filtered and opened; pictures in e2e/out`]
    await page.close()
  })

  test('ko: says everything in Korean', async ({ task }) => {
    const page = await browser.newPage()
    await page.goto(pathToFileURL(fileOf('en')).href)
    const english = new Set(await textsOf(page))
    await page.goto(pathToFileURL(fileOf('ko')).href)
    const korean = await textsOf(page)

    expect(korean.filter((text) => english.has(text) && !isName(text))).toEqual([])
    const messages = await page.locator('.finding summary > span:nth-of-type(2)').allTextContents()
    expect(messages.length).toBeGreaterThan(50)
    expect(messages.filter((message) => !HANGUL.test(message))).toEqual([])
    task.meta.results = [`${korean.length} texts of the Korean page, none as on the English one but names`]
    await page.close()
  })
})

/** What the page complains of, and what it asks for. */
function watch(page: Page) {
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
  page.on('request', (request) => requests.push(request.url()))
  return { complaints, requests }
}

function countVisible(page: Page): Promise<number> {
  return page.locator('.finding:visible').count()
}

async function shownCount(page: Page): Promise<number> {
  return Number(/\d+/.exec((await page.locator('.tools output').textContent()) ?? '')?.[0])
}
