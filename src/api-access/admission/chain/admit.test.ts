import { describe, expect, test, vi } from 'vitest'
import { podOf, requestFor, surroundingsOf } from '../request.fixture.ts'
import type { AdmissionStage } from '../stage.ts'
import { createAdmissionChain, type StageEnding } from './admit.ts'

const request = requestFor(podOf())
const surroundings = surroundingsOf([])
const refusal = { code: 403, reason: 'Forbidden', message: 'no' }

const labelled = (name: string, log: string[] = []): AdmissionStage => ({
  name,
  mutate: ({ object }) => {
    log.push(`mutate ${name}`)
    const labels = { ...object?.metadata?.labels, [name]: 'seen' }
    return object === undefined ? {} : { object: { ...object, metadata: { ...object.metadata, labels } } }
  },
  validate: ({ object }) => {
    log.push(`validate ${name} ${Object.keys(object?.metadata?.labels ?? {}).join('+')}`)
    return {}
  },
})

describe('createAdmissionChain', () => {
  test('runs all that mutate, then all that validate, over what was made of the object', async () => {
    const log: string[] = []
    const chain = createAdmissionChain([labelled('a', log), labelled('b', log)])
    const result = await chain.admit(request, surroundings)
    expect(log).toEqual(['mutate a', 'mutate b', 'validate a a+b', 'validate b a+b'])
    expect(result.object?.metadata?.labels).toEqual({ a: 'seen', b: 'seen' })
    expect(result.refusal).toBeUndefined()
  })

  test('gives back the very object where nothing changed it', async () => {
    const result = await createAdmissionChain([{ name: 'a', validate: () => ({}) }]).admit(
      request,
      surroundings,
    )
    expect(result.object).toBe(request.object)
  })

  test.each(['mutate', 'validate'] as const)(
    'a denial while it has stages %s stops at once',
    async (phase) => {
      const later = vi.fn(() => ({}))
      const chain = createAdmissionChain([
        { name: 'warns', [phase]: () => ({ warnings: ['w'], auditAnnotations: { 'x.io/a': '1' } }) },
        { name: 'refuses', [phase]: async () => ({ refusal, warnings: ['more'] }) },
        { name: 'later', mutate: later, validate: later },
      ])
      const { [phase === 'mutate' ? 'mutate' : 'validate']: only } = chain
      const result = await only(request, surroundings)
      expect(result).toMatchObject({ refusal, refusedBy: 'refuses', warnings: ['w', 'more'] })
      expect(result.auditAnnotations).toEqual({ 'x.io/a': '1' })
      expect(later).not.toHaveBeenCalled()
    },
  )

  test.each([
    [
      'throws',
      () => {
        throw new Error('secret detail')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
  ])('a stage that %s refuses, and its words stay here', async (_, validate) => {
    const endings: StageEnding[] = []
    const chain = createAdmissionChain([{ name: 'Broken', validate }], {
      stage: () => (ending) => endings.push(ending),
    })
    const result = await chain.admit(request, surroundings)
    expect(result.refusal).toMatchObject({ code: 500, reason: 'InternalError' })
    expect(result.refusal?.message).toBe('Internal error occurred: the admission stage Broken failed')
    expect(endings).toEqual([{ isRefused: true, error: new Error('secret detail') }])
  })

  test('a stage that changes the object while validating refuses', async () => {
    const chain = createAdmissionChain([
      { name: 'Late', validate: () => ({ object: podOf({ hostPID: true }) }) },
    ])
    expect((await chain.admit(request, surroundings)).refusal?.code).toBe(500)
  })

  test('warnings are told once, the first annotation of a key stays', async () => {
    const says = (value: string): AdmissionStage => ({
      name: value,
      validate: () => ({ warnings: ['same', value], auditAnnotations: { 'x.io/k': value } }),
    })
    const result = await createAdmissionChain([says('a'), says('b')]).admit(request, surroundings)
    expect(result.warnings).toEqual(['same', 'a', 'b'])
    expect(result.auditAnnotations).toEqual({ 'x.io/k': 'a' })
  })

  test('reinvokes all that mutate once, and keeps what a stage remembers', async () => {
    const seen: unknown[] = []
    const chain = createAdmissionChain([
      {
        name: 'first',
        mutate: (_, __, { isReinvocation }) => {
          seen.push(['first', isReinvocation])
          return {}
        },
      },
      {
        name: 'asks',
        mutate: (_, __, pass) => {
          seen.push(['asks', pass.isReinvocation, pass.memory.get('asks')])
          pass.memory.set('asks', 'kept')
          pass.requestReinvocation()
          return {}
        },
      },
    ])
    await chain.admit(request, surroundings)
    expect(seen).toEqual([
      ['first', false],
      ['asks', false, undefined],
      ['first', true],
      ['asks', true, 'kept'],
    ])
  })
})
