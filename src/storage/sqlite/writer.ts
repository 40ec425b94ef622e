import type { MessagePort } from 'node:worker_threads'

/** What a column holds. */
export type SqlValue = string | number | bigint | null | Uint8Array

/** A statement, run once for each row of values. */
export interface Statement {
  readonly sql: string
  readonly rows: readonly (readonly SqlValue[])[]
}

export interface WriterData {
  readonly path: string
  /** The schema's versions, each from the one before. */
  readonly migrations: readonly string[]
}

export interface WriteRequest {
  readonly id: number
  readonly statements: readonly Statement[]
}

export interface WriteAnswer {
  readonly id: number
  /** Rows that each statement changed. */
  readonly changes?: readonly number[]
  readonly error?: string
}

/**
 * The program of the thread that writes. Its text is handed to the thread, so that the built command needs no file of
 * its own for it: nothing outside the function may be named inside.
 */
export function writerProgram(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const port = parentPort as MessagePort
  const { path, migrations } = workerData as WriterData
  const database = new DatabaseSync(path, { timeout: 10_000 })
  // "WAL mode is always consistent with synchronous=NORMAL": no commit is lost with the process.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  for (let next = version; next < migrations.length; next++) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[next]}; PRAGMA user_version = ${next + 1}; COMMIT`)
  }
  const prepared = new Map<string, ReturnType<typeof database.prepare>>()
  const run = ({ sql, rows }: Statement): number => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    let changes = 0
    for (const row of rows) changes += Number(statement.run(...row).changes)
    return changes
  }
  port.on('message', (request: WriteRequest | 'close') => {
    if (request === 'close') {
      database.close()
      port.close()
      return
    }
    const { id, statements } = request
    try {
      database.exec('BEGIN IMMEDIATE')
      const changes = statements.map(run)
      database.exec('COMMIT')
      port.postMessage({ id, changes } satisfies WriteAnswer)
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      port.postMessage({
        id,
        error: error instanceof Error ? error.message : String(error),
      } satisfies WriteAnswer)
    }
  })
  port.postMessage({ id: 0, changes: [] } satisfies WriteAnswer)
}
