import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditBatches, type AuditItem, READ_LIMITS } from './reader.ts'

/** A line of the API server's log, told from the others by its number. */
export function line(number: number, extra: object = {}): string {
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/shop/pods/web-${number}`,
    verb: 'get',
    user: { username: 'jane', groups: ['system:authenticated'] },
    ...extra,
  })
}

export function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => `${line(from + index)}\n`).join('')
}

/** Small, so that tests of what exceeds them are quick. */
export const SMALL_LIMITS = { ...READ_LIMITS, lineBytes: 4096, documentBytes: 8192 }

/** What a reader gave, in short: an event as its number, a problem as its code and line. */
export function brief(item: AuditItem): number | string {
  return 'event' in item ? Number(item.event.auditID?.slice(-12)) : `${item.code}:${item.position.line}`
}

export async function collect(batches: AuditBatches): Promise<AuditItem[]> {
  const items: AuditItem[] = []
  for await (const batch of batches) items.push(...batch)
  return items
}

/** A folder that each test of a file has new. */
export class Folder {
  path = ''

  at(name: string): string {
    return join(this.path, name)
  }

  write(name: string, content: string | Buffer): string {
    writeFileSync(this.at(name), content)
    return this.at(name)
  }

  append(name: string, content: string | Buffer): void {
    appendFileSync(this.at(name), content)
  }
}

type Hook = (action: () => void) => void

/** @param before - Vitest's `beforeEach`; @param after - its `afterEach` */
export function useFolder(before: Hook, after: Hook): Folder {
  const folder = new Folder()
  before(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'haetae-audit-'))
  })
  after(() => rmSync(folder.path, { recursive: true, force: true }))
  return folder
}
