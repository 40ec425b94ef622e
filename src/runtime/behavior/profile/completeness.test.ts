import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callAt } from '../observation/view.fixture.ts'
import { completenessOf } from './completeness.ts'
import { record, SERVER, START } from './profile.fixture.ts'

describe('completeness', () => {
  test('start-up and steady phase are told apart, and nothing is missing where nothing new comes', () => {
    const { estimate, phases, curve, doubts } = completenessOf([record(SERVER)])
    expect(estimate).toBe(1)
    expect(phases[0]).toMatchObject({ isStartSeen: true, startUpSeconds: 5, startUpCalls: 7, steadyCalls: 2 })
    expect(curve.at(-1)).toEqual({ seconds: 5, calls: 7 })
    expect(doubts).toEqual([])
  })

  test('calls that come once each, late, say that more will come', () => {
    const rare = ['unlink', 'rename', 'fsync', 'mkdir'].map((name, index) => callAt(60 + 10 * index, name))
    const { estimate, unseen } = completenessOf([record([...SERVER, ...rare])])
    expect(unseen).toBeGreaterThan(3)
    expect(estimate).toBeLessThan(0.8)
  })

  test('of too short a time there is no estimate', () => {
    const { estimate, doubts } = completenessOf([record(SERVER.slice(0, 8))])
    expect(estimate).toBeNull()
    expect(doubts.map(({ id }) => id)).toEqual(['profile.tooShort'])
  })

  test('without a start that was seen it is not known; of what comes behind it, it is estimated', () => {
    const steady = SERVER.filter((view) => view.type !== 'execve' || view.isGeneric)
    const { estimate, steadyEstimate, isStartSeen, doubts } = completenessOf([record(steady)])
    expect({ estimate, steadyEstimate, isStartSeen }).toEqual({
      estimate: null,
      steadyEstimate: 1,
      isStartSeen: false,
    })
    expect(doubts.map(({ id }) => id)).toEqual(['profile.startNotSeen'])
    // Another recording that has it is enough.
    expect(completenessOf([record(steady), record(SERVER)])).toMatchObject({ isStartSeen: true })
    expect(completenessOf([record(steady), record(SERVER)]).estimate).not.toBeNull()
  })

  test('what only one of several recordings has counts against it', () => {
    const others = ['unlink', 'rename', 'fsync'].map((name) => callAt(2, name))
    const both = completenessOf([record(SERVER), record([...SERVER, ...others])])
    expect(both.unseen).toBeGreaterThan(completenessOf([record(SERVER), record(SERVER)]).unseen)
  })

  test('one that has no start, as of a pod that a rollout replaced, is no sample of starts', () => {
    const served = Array.from({ length: 10 }, (_, index) => [
      callAt(5 + 4.3 * index, 'accept'),
      callAt(5 + 4.3 * index, 'read'),
    ]).flat()
    expect(completenessOf([record(served), record(SERVER)])).toMatchObject({ estimate: 1, unseen: 0 })
    const more = ['unlink', 'rename', 'fsync'].map((name) => callAt(20, name))
    expect(completenessOf([record([...served, ...more]), record(SERVER)]).unseen).toBeGreaterThan(0)
  })

  test('is never outside its bounds, and the curve never falls', () => {
    const call = fc.record({
      name: fc.constantFrom('read', 'write', 'openat', 'mmap', 'fsync', 'unlink'),
      at: fc.integer({ min: 0, max: 900 }),
    })
    fc.assert(
      fc.property(
        fc.array(fc.array(call, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        (runs) => {
          const recordings = runs.map((run) =>
            record([START, ...run.sort((a, b) => a.at - b.at).map(({ name, at }) => callAt(at, name))]),
          )
          const { estimate, unseen, curve } = completenessOf(recordings)
          if (estimate !== null) expect(estimate).toBeGreaterThan(0)
          if (estimate !== null) expect(estimate).toBeLessThanOrEqual(1)
          expect(unseen).toBeGreaterThanOrEqual(0)
          expect(curve.map(({ calls }) => calls)).toEqual(
            curve.map(({ calls }) => calls).sort((a, b) => a - b),
          )
        },
      ),
    )
  })
})
