import type { Buffer } from 'node:buffer'
import type { DatabaseKind } from './facts.ts'

/** Bytes of a file's beginning that are enough to know it by. */
export const HEAD_BYTES = 64

/** bbolt's magic number, in the first page's header behind page number, flags, count and overflow (db.go). */
const BBOLT_MAGIC = 0xed0cdaed
const BBOLT_MAGIC_AT = 16
/** LMDB's, behind its page header (mdb.c). */
const LMDB_MAGIC = 0xbeefc0de
const LMDB_MAGIC_AT = 16

/** Files that only their place tells, and that of the program which opens them. */
const BY_PATH: readonly (readonly [DatabaseKind, RegExp])[] = [
  ['etcd', /\/member\/(?:snap\/db|wal\/[0-9a-f]+-[0-9a-f]+\.wal)$/],
  ['postgresql', /\/(?:base\/\d+|global)\/\d+(?:\.\d+|_fsm|_vm)?$|\/pg_wal\/[0-9A-F]{24}$/],
  ['mysql', /\.ibd$|\/ibdata\d+$|\/(?:ib_logfile\d+|undo_\d+)$|\/#innodb_redo\//],
  ['mongodb', /\/(?:WiredTiger\w*\.wt|(?:collection|index)-[\w-]+\.wt|_mdb_catalog\.wt)$/],
  ['redis', /\/(?:dump\.rdb|appendonly\.aof|appendonlydir\/[^/]+\.(?:rdb|aof))$/],
  ['leveldb', /\/(?:MANIFEST-\d{6}|\d{6}\.(?:ldb|sst|log))$/],
]

/**
 * What kind of database a file belongs to.
 *
 * @param head - its first bytes, as far as they could be read
 * @returns undefined for what is none
 */
export function databaseOf(path: string, head: Buffer | undefined): DatabaseKind | undefined {
  if (head !== undefined) {
    if (head.toString('latin1', 0, 16) === 'SQLite format 3\0') return 'sqlite'
    if (head.toString('latin1', 0, 5) === 'REDIS') return 'redis'
    const magic = (at: number) => (head.length >= at + 4 ? head.readUInt32LE(at) : 0)
    if (magic(BBOLT_MAGIC_AT) === BBOLT_MAGIC) return /\/member\/snap\/db$/.test(path) ? 'etcd' : 'bbolt'
    if (magic(LMDB_MAGIC_AT) === LMDB_MAGIC) return 'lmdb'
  }
  return BY_PATH.find(([, pattern]) => pattern.test(path))?.[0]
}
