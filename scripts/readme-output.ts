import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** The pages that show what the program prints. */
export const PAGES_WITH_OUTPUT = ['README.md', 'README.ko.md']

/**
 * Replaces what stands under each `$ haetae …` line of a code block by what the program prints to that call.
 *
 * @param page - a page's text
 * @returns the page with the output as it is now
 */
export function withRealOutput(page: string): string {
  return page.replaceAll(/^```\n\$ haetae (.+)\n[\s\S]*?^```$/gm, (_, call: string) => {
    const { stdout } = spawnSync(process.execPath, ['src/cli/main.ts', ...call.split(' ')], {
      cwd: ROOT,
      // The language is the call's own; the width is that of a terminal nobody watches.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C.UTF-8', NO_COLOR: '1' },
      encoding: 'utf8',
    })
    return `\`\`\`\n$ haetae ${call}\n${stdout.trim()}\n\`\`\``
  })
}

// node scripts/readme-output.ts
if (import.meta.main)
  for (const page of PAGES_WITH_OUTPUT) {
    const path = join(ROOT, page)
    writeFileSync(path, withRealOutput(readFileSync(path, 'utf8')))
  }
