import { readFileSync } from 'node:fs'
import { contentOf } from '../setup/corpora.ts'
import type { PolicyAnswer } from './disagreements.ts'

/** How the plugin's annotations in the audit log compare with Haetae's. */
export interface AuditComparison {
  /** Events that belong to an answer. */
  readonly compared: number
  /** Of which this many have annotations of the plugin. */
  readonly annotated: number
  readonly different: readonly object[]
}

/**
 * @param auditLog - path of the API server's audit log
 * @param answers - Haetae's, by the audit id of the request
 */
export function compareAuditAnnotations(
  auditLog: string,
  answers: ReadonlyMap<string, PolicyAnswer>,
): AuditComparison {
  const different: object[] = []
  let compared = 0
  let annotated = 0
  // What stands behind the last end of a line is being written.
  for (const line of readFileSync(auditLog, 'utf8').split('\n').slice(0, -1)) {
    if (!line.includes('"stage":"ResponseComplete"')) continue
    const event: { auditID: string; annotations?: Record<string, string> } = JSON.parse(line)
    const answer = answers.get(event.auditID)
    if (answer === undefined) continue
    compared++
    const all = Object.entries(event.annotations ?? {})
    const own = Object.fromEntries(all.filter(([name]) => name.startsWith('podsecuritypolicy.')))
    if (Object.keys(own).length > 0) annotated++
    if (contentOf(own) !== contentOf(answer.auditAnnotations))
      different.push({ request: event.auditID, server: own, haetae: answer.auditAnnotations })
  }
  return { compared, annotated, different }
}
