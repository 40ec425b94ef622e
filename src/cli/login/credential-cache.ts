import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../storage/index.ts'
import { writing } from '../writing.ts'
import type { Credential } from './gate-client.ts'

/**
 * Credentials between one call of kubectl and the next, each in a file that only its owner may read:
 * `haetae/login/…` in the cache folder.
 */
export function cacheFile(
  server: string,
  user: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const folder = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const name = createHash('sha256')
    .update(JSON.stringify([server, user]))
    .digest('hex')
    .slice(0, 32)
  return join(folder, 'haetae', 'login', `${name}.json`)
}

/** @returns undefined where there is none, or no usable one: then it is asked for anew */
export function readCredential(file: string): Credential | undefined {
  try {
    const { certificate, key, notAfter } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Credential>
    const isWhole = typeof certificate === 'string' && typeof key === 'string' && typeof notAfter === 'string'
    return isWhole ? { certificate, key, notAfter } : undefined
  } catch {
    return undefined
  }
}

export function writeCredential(file: string, credential: Credential): void {
  writing(file, () => {
    makeFolder(dirname(file))
    const draft = `${file}.${randomUUID()}`
    writeFileSync(draft, JSON.stringify(credential), { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  })
}

/** A quarter of an hour before the end, or of a shorter life a quarter, it is time for the next. */
export function isNearEnd({ notAfter }: Credential, now: number): 'ended' | 'near' | 'far' {
  const left = Date.parse(notAfter) - now
  if (!(left > 10_000)) return 'ended'
  return left < 15 * 60_000 ? 'near' : 'far'
}
