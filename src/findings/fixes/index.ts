import type { Finding } from '../finding.ts'
import type { FixedText } from './apply.ts'

export type { FixedText } from './apply.ts'
export { fixMessages } from './messages.ts'

/** See `applyFixes`. The YAML editor is read only when something is to be fixed. */
export async function applyFixes(text: string, findings: readonly Finding[]): Promise<FixedText> {
  return (await import('./apply.ts')).applyFixes(text, findings)
}

/** See `unifiedDiff` of `diff.ts`. */
export async function unifiedDiff(
  file: string,
  before: string,
  after: string,
  secretLines?: ReadonlySet<number>,
): Promise<string> {
  return (await import('./diff.ts')).unifiedDiff(file, before, after, secretLines)
}
