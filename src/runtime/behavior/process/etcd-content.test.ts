import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EtcdInspection } from './etcd-content.ts'

/** An entry as bbolt's pages hold it: `mvccpb.KeyValue`. */
function entry(key: string, value: string): Buffer {
  const varint = (number: number) =>
    number < 128 ? Buffer.from([number]) : Buffer.from([(number & 0x7f) | 0x80, number >> 7])
  const text = Buffer.from(value, 'latin1')
  return Buffer.concat([
    Buffer.from([0x0a]),
    varint(key.length),
    Buffer.from(key),
    Buffer.from([0x10, 0x85, 0x02, 0x18, 0x85, 0x02, 0x20, 0x01, 0x2a]),
    varint(text.length),
    text,
  ])
}

const plain = (name: string) =>
  entry(`/registry/secrets/shop/${name}`, 'k8s\0\n\x0c\n\x02v1\x12\x06Secret hunter2')
const encrypted = (name: string) =>
  entry(`/registry/secrets/shop/${name}`, 'k8s:enc:secretbox:v1:key1:\x8f\x01')

function inspect(bytes: Buffer, size = bytes.length) {
  const inspection = new EtcdInspection()
  for (let at = 0; at < bytes.length; at += size) inspection.feed(bytes.subarray(at, at + size))
  return inspection.finish(false)
}

describe('what lies in etcd', () => {
  test('plain and encrypted Secrets are told apart, others passed over', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(100),
      plain('db'),
      entry('/registry/pods/shop/web', 'k8s\0 mentions /registry/secrets/shop/db'),
      encrypted('api'),
      plain('old'),
      encrypted('old'),
      Buffer.alloc(50),
    ])
    expect(inspect(bytes)).toEqual({
      plain: 2,
      plainKeys: ['/registry/secrets/shop/db', '/registry/secrets/shop/old'],
      plainAndEncrypted: 1,
      encrypted: { secretbox: 2 },
      isPartial: false,
    })
  })

  test('long keys, another prefix, JSON, the write-ahead log', () => {
    const long = `/registry/secrets/${'n'.repeat(60)}/${'s'.repeat(200)}`
    const bytes = Buffer.concat([
      entry(long, 'k8s\0x'),
      entry('/kubernetes.io/secrets/a/b', '{"kind":"Secret"}'),
      Buffer.from('\x0a\x15/registry/secrets/a/w\x12\x04k8s\0', 'latin1'),
    ])
    expect(inspect(bytes).plainKeys).toEqual(['/kubernetes.io/secrets/a/b', '/registry/secrets/a/w', long])
  })

  test('no value is kept', () => {
    expect(JSON.stringify(inspect(plain('db')))).not.toContain('hunter2')
  })

  test('however the file is cut', () => {
    const names = fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/), { maxLength: 8 })
    fc.assert(
      fc.property(names, names, fc.integer({ min: 1, max: 700 }), fc.nat(900), (open, closed, size, gap) => {
        const parts = [...open.map(plain), ...closed.map(encrypted)]
        const bytes = Buffer.concat(parts.flatMap((part) => [part, Buffer.alloc(gap)]))
        expect(inspect(bytes, size)).toEqual(inspect(bytes))
        expect(inspect(bytes).plain).toBe(new Set(open).size)
      }),
      { numRuns: 60 },
    )
  })

  test('takes any bytes', () => {
    const bytes = fc.array(fc.constantFrom('/secrets/', '/registry', '\x0a', '\x80', '\x2a', 'k8s\0', '\xff'))
    fc.assert(fc.property(bytes, (parts) => void inspect(Buffer.from(parts.join(''), 'latin1'))))
  })
})
