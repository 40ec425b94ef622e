import { expect, test } from 'vitest'
import { ConnectionPlaces } from './connections.ts'

const outcome = (taken: ReturnType<ConnectionPlaces['take']>) => (typeof taken === 'string' ? taken : 'taken')

test('no address takes all places, and a place that is given back is free', () => {
  const places = new ConnectionPlaces({ total: 4 })
  const first = places.take('10.0.0.1')
  const of = (address: string) => outcome(places.take(address))
  expect([of('10.0.0.1'), of('10.0.0.1'), of('10.0.0.1')]).toEqual(['taken', 'taken', 'address'])
  expect([of('10.0.0.2'), of('10.0.0.3')]).toEqual(['taken', 'total'])
  if (typeof first === 'string') throw new Error(first)
  first()
  first()
  expect(places.count).toBe(3)
  expect([of('10.0.0.1'), of('10.0.0.3')]).toEqual(['taken', 'total'])
})

test.each([
  ['2001:db8::1', '2001:db8::2', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
  ['10.0.0.1', '::ffff:10.0.0.1', true],
  ['10.0.0.1', '10.0.0.2', false],
  ['fe80::1%eth0', 'fe80::2%eth0', false],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
])('%s and %s are one address: %s', (one, other, isSame) => {
  const places = new ConnectionPlaces({ total: 10, perAddress: 1 })
  places.take(one)
  expect(outcome(places.take(other))).toBe(isSame ? 'address' : 'taken')
})
