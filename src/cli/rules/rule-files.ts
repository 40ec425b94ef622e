import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RuleFile } from '../../runtime/rules/index.ts'

/** Rule files are kilobytes; what is longer is some other file. */
const MAX_RULE_FILE_BYTES = 64 * 1024 * 1024

/** What messages name standard input. */
const STDIN_NAME = '<stdin>'

/** Of a folder without rule files, where all that is named are such folders. */
export const NO_RULE_FILES = 'NO_RULE_FILES'

/** A file that could not be read, and why: the system's code, or `NO_RULE_FILES`. */
export interface UnreadableFile {
  readonly file: string
  readonly reason: string
}

export interface RuleFiles {
  readonly files: readonly RuleFile[]
  readonly unreadable: readonly UnreadableFile[]
}

/**
 * Reads rule files in the order given. Of a folder the files `*.yaml` and `*.yml` in the order of their names, as Falco reads the
 * folders in its `rules_files`; `-` is standard input. An empty folder beside other files is none's fault, as with Falco's
 * `rules.d`; where there is no file in any of them, each of them is told: no rules are never what was meant.
 */
export function readRuleFiles(paths: readonly string[]): RuleFiles {
  const files: RuleFile[] = []
  const unreadable: UnreadableFile[] = []
  const attempt = (file: string, read: () => void) => {
    try {
      read()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (typeof code !== 'string') throw error
      unreadable.push({ file, reason: code })
    }
  }
  for (const path of paths)
    attempt(path, () => {
      for (const file of filesAt(path))
        attempt(file, () => {
          const bytes = file === '-' ? readFileSync(0) : readStart(file)
          if (bytes.length > MAX_RULE_FILE_BYTES) unreadable.push({ file, reason: 'EFBIG' })
          else files.push({ name: file === '-' ? STDIN_NAME : file, text: textOf(bytes) })
        })
    })
  if (files.length === 0 && unreadable.length === 0)
    for (const file of paths) unreadable.push({ file, reason: NO_RULE_FILES })
  return { files, unreadable }
}

function filesAt(path: string): string[] {
  if (path === '-' || !statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => join(path, name))
    .sort()
}

/** As much as is needed to see that a file is too long: it may be a device without an end. */
function readStart(path: string): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const parts: Buffer[] = []
    let length = 0
    while (length <= MAX_RULE_FILE_BYTES) {
      const part = Buffer.allocUnsafe(64 * 1024)
      const read = readSync(descriptor, part)
      if (read === 0) break
      parts.push(part.subarray(0, read))
      length += read
    }
    return Buffer.concat(parts)
  } finally {
    closeSync(descriptor)
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}
