import { Buffer } from 'node:buffer'
import type { EtcdContent } from './facts.ts'

const SECRETS = Buffer.from('/secrets/')
/** "/registry" by default (kube-apiserver, --etcd-prefix). */
const LONGEST_PREFIX = 64
/** Namespace and name of a Secret have at most 63 and 253 characters. */
const LONGEST_KEY = LONGEST_PREFIX + 400
/** Key, three revision numbers and the value's beginning. */
const RECORD_BYTES = LONGEST_KEY + 64
const ENCRYPTED = 'k8s:enc:'
const SHOWN_KEYS = 5
/** Distinct keys that are kept apart; beyond them only those met are counted. */
const MOST_KEYS = 100_000

/**
 * Looks for Secrets of Kubernetes in the bytes of an etcd database, chunk by chunk. Pages hold `mvccpb.KeyValue` messages
 * (etcd, api/mvccpb/kv.proto): 1 key, 2 create_revision, 3 mod_revision, 4 version, 5 value. The API server puts
 * `k8s:enc:PROVIDER:v1:KEY:` before what it encrypts ("Encrypting Confidential Data at Rest", "Verify that newly written
 * data is encrypted"). Values are never kept. What etcd has not yet compacted or overwritten is found as well: an intruder
 * would.
 */
export class EtcdInspection {
  private readonly plainKeys = new Set<string>()
  private readonly encryptedKeys = new Map<string, string>()
  private rest = Buffer.alloc(0)

  feed(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    // A record that is cut is looked at with the next chunk.
    const end = Math.max(0, bytes.length - RECORD_BYTES)
    this.look(bytes, end)
    this.rest = Buffer.from(bytes.subarray(Math.max(0, end - LONGEST_KEY)))
  }

  /** @param isPartial - whether the file goes on behind what was fed */
  finish(isPartial: boolean): EtcdContent {
    this.look(this.rest, this.rest.length)
    this.rest = Buffer.alloc(0)
    const encrypted: Record<string, number> = {}
    for (const provider of this.encryptedKeys.values()) encrypted[provider] = (encrypted[provider] ?? 0) + 1
    return {
      plain: this.plainKeys.size,
      plainKeys: [...this.plainKeys].sort().slice(0, SHOWN_KEYS),
      plainAndEncrypted: [...this.plainKeys].filter((key) => this.encryptedKeys.has(key)).length,
      encrypted,
      isPartial,
    }
  }

  private look(bytes: Buffer, end: number): void {
    for (let at = bytes.indexOf(SECRETS); at >= 0 && at < end; at = bytes.indexOf(SECRETS, at + 1)) {
      const found = keyAround(bytes, at)
      if (found === undefined) continue
      const value = valueBehind(bytes, found.end)
      if (value === undefined) continue
      this.take(found.key, bytes.toString('latin1', value, Math.min(value + 40, bytes.length)))
    }
  }

  private take(key: string, start: string): void {
    if (start.startsWith(ENCRYPTED)) {
      const provider = start.slice(ENCRYPTED.length).split(':')[0] ?? ''
      if (this.encryptedKeys.size < MOST_KEYS) this.encryptedKeys.set(key, provider)
    } else if (isObject(start) && this.plainKeys.size < MOST_KEYS) this.plainKeys.add(key)
  }
}

/** Kubernetes' protobuf begins with `k8s` and a NUL, JSON with a brace. */
function isObject(start: string): boolean {
  return start.startsWith('k8s\0') || start.startsWith('{"')
}

/** The key field that the bytes stand in: tag 0x0a, length, text from a slash. */
function keyAround(bytes: Buffer, at: number): { readonly key: string; readonly end: number } | undefined {
  for (let start = at; start >= Math.max(2, at - LONGEST_PREFIX); start--) {
    if (bytes[start] !== 0x2f) continue
    const low = bytes[start - 1] ?? 0
    // A length of 128 or more has two bytes.
    const isLong = (bytes[start - 2] ?? 0) >= 0x80 && low > 0 && bytes[start - 3] === 0x0a
    const length = isLong ? ((bytes[start - 2] ?? 0) & 0x7f) | (low << 7) : low
    if (!isLong && bytes[start - 2] !== 0x0a) continue
    const end = start + length
    if (length > LONGEST_KEY || end <= at + SECRETS.length || end > bytes.length) continue
    const key = bytes.toString('latin1', start, end)
    if (/^\/[\w.~/-]+$/.test(key)) return { key, end }
  }
  return undefined
}

/**
 * Where the value begins: field 5 behind fields 2 to 4, which are numbers; in the write-ahead log, whose `PutRequest` has no
 * more than key and value, field 2.
 */
function valueBehind(bytes: Buffer, from: number): number | undefined {
  if (bytes[from] === 0x12) return varintEnd(bytes, from + 1)
  let at = from
  for (let fields = 0; fields < 5; fields++) {
    const tag = bytes[at]
    if (tag === 0x2a) {
      const end = varintEnd(bytes, at + 1)
      return end === undefined || end >= bytes.length ? undefined : end
    }
    if (tag !== 0x10 && tag !== 0x18 && tag !== 0x20 && tag !== 0x30) return undefined
    const end = varintEnd(bytes, at + 1)
    if (end === undefined) return undefined
    at = end
  }
  return undefined
}

function varintEnd(bytes: Buffer, at: number): number | undefined {
  for (let end = at; end < at + 10; end++) {
    const byte = bytes[end]
    if (byte === undefined) return undefined
    if (byte < 0x80) return end + 1
  }
  return undefined
}
