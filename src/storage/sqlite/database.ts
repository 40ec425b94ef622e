import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { errorText } from '../../messages/index.ts'
import { type SqlValue, type Statement, type WriteAnswer, type WriterData, writerProgram } from './writer.ts'

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SqlValue>>

/** Reads on the calling thread: ask for so little that it takes no time. */
export interface ReadableDatabase {
  /** @param values - for the `?` of the statement */
  read(sql: string, ...values: readonly SqlValue[]): readonly Row[]
  close(): Promise<void>
}

export interface Database extends ReadableDatabase {
  /**
   * Runs statements in one transaction, on a thread of its own.
   *
   * @returns how many rows each statement changed, once the transaction is committed
   * @throws DatabaseError where one fails; none of them has an effect then
   */
  write(statements: readonly Statement[]): Promise<readonly number[]>
}

/** SQLite could not do it: the file is no database, the disk is full, a constraint is violated. */
export class DatabaseError extends Error {
  readonly code = 'ERR_DATABASE'
  readonly path: string

  constructor(path: string, reason: string) {
    super(reason)
    this.name = 'DatabaseError'
    this.path = path
  }
}

/**
 * Opens an embedded database, and makes it where there is none.
 *
 * @param migrations - SQL from each version of the schema to the next; the database remembers how many it has had
 * @throws DatabaseError
 */
export async function openDatabase(path: string, migrations: readonly string[]): Promise<Database> {
  // For its owner only; SQLite gives its other files the same mode.
  closeSync(guarded(path, () => openSync(path, 'a', 0o600)))
  const worker = new Worker(`(${writerProgram.toString()})()`, {
    eval: true,
    workerData: { path, migrations } satisfies WriterData,
  })
  const waiting = new Map<number, PromiseWithResolvers<readonly number[]>>()
  const ready = expectAnswer(0)
  worker.on('message', ({ id, changes, error }: WriteAnswer) => {
    const answer = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) answer?.resolve(changes ?? [])
    else answer?.reject(new DatabaseError(path, error))
  })
  worker.on('error', fail)
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let isClosed = false
  void exited.then(() => {
    isClosed = true
    fail(new Error('the database is closed'))
  })
  await ready
  // A database that is only waited for does not keep the process alive.
  worker.unref()
  const reader = openForReading(path)
  let lastId = 0
  return {
    read: (sql, ...values) => reader.read(sql, ...values),
    async write(statements) {
      if (isClosed) throw new DatabaseError(path, 'the database is closed')
      lastId += 1
      const answer = expectAnswer(lastId)
      worker.ref()
      worker.postMessage({ id: lastId, statements })
      try {
        return await answer
      } finally {
        if (waiting.size === 0) worker.unref()
      }
    },
    async close() {
      await reader.close()
      worker.ref()
      isClosed = true
      worker.postMessage('close')
      await exited
    },
  }

  function expectAnswer(id: number): Promise<readonly number[]> {
    const answer = Promise.withResolvers<readonly number[]>()
    waiting.set(id, answer)
    return answer.promise
  }

  function fail(error: Error): void {
    for (const answer of waiting.values()) answer.reject(new DatabaseError(path, error.message))
    waiting.clear()
  }
}

/** @throws DatabaseError where there is no such database */
export function openForReading(path: string): ReadableDatabase {
  const database = guarded(path, () => new DatabaseSync(path, { readOnly: true, timeout: 10_000 }))
  const prepared = new Map<string, StatementSync>()
  return {
    read(sql, ...values) {
      return guarded(path, () => {
        const statement = prepared.get(sql) ?? database.prepare(sql)
        prepared.set(sql, statement)
        return statement.all(...values) as Row[]
      })
    },
    async close() {
      database.close()
    },
  }
}

function guarded<Result>(path: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw new DatabaseError(path, errorText(error))
  }
}
