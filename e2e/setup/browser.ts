import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { install } from './packages.ts'

const EXECUTABLE = '/usr/bin/chromium'
const PACKAGES = ['chromium', 'fonts-noto-cjk']

/** Nothing of the browser's own goes over the network. */
const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with a font for Korean, or what is missing. */
export interface FoundBrowser {
  readonly executable?: string
  readonly otherwise: string
}

/** Looks for Chromium and a Korean font, and installs them with apt-get where they are absent and root asks. */
export function findBrowser(): FoundBrowser {
  if (!isComplete()) install(PACKAGES)
  const missing = [
    ...(existsSync(EXECUTABLE) ? [] : [EXECUTABLE]),
    ...(hasKoreanFont() ? [] : ['a font with Hangul']),
  ]
  const otherwise = `missing: ${missing.join(', ')} (apt-get install ${PACKAGES.join(' ')})`
  return missing.length === 0 ? { executable: EXECUTABLE, otherwise } : { otherwise }
}

/** Milliseconds in which a browser, or what it shows, comes on a machine that is slow or busy. */
const LONGEST = 300_000

/** An open browser; `close` deletes its profile. */
export interface OpenBrowser {
  newPage(): Promise<Page>
  close(): Promise<void>
}

/** Opens the browser with a new profile. */
export async function openBrowser(executablePath: string): Promise<OpenBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'haetae-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: QUIET,
    timeout: LONGEST,
  })
  context.setDefaultTimeout(LONGEST)
  return {
    newPage: () => context.newPage(),
    close: async () => {
      await context.close()
      // Its last process may still be writing.
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

function isComplete(): boolean {
  return existsSync(EXECUTABLE) && hasKoreanFont()
}

function hasKoreanFont(): boolean {
  try {
    return execFileSync('fc-list', [':lang=ko'], { encoding: 'utf8' }).trim() !== ''
  } catch {
    return false
  }
}
