import { expect, test } from 'vitest'
import { requestOf } from './conformance.fixture.ts'
import { streamAttributes } from './stream-rule.ts'

function verbs(
  minor: number,
  verb: string,
  resource: string,
  subresource: string,
  isUpgrade = true,
): string[] {
  const attributes = requestOf({ verb, resource, subresource, resourceRequest: true })
  return streamAttributes({ major: 1, minor }, attributes, isUpgrade).map((each) => each.verb)
}

test.each(['exec', 'attach', 'portforward'])('pods/%s over WebSocket', (subresource) => {
  expect(verbs(34, 'get', 'pods', subresource)).toEqual(['get'])
  expect(verbs(35, 'get', 'pods', subresource)).toEqual(['get', 'create'])
  expect(streamAttributes({ major: 2, minor: 0 }, requestOf({}), true)).toHaveLength(1)
})

test.each([
  ['create', 'pods', 'exec', true],
  ['get', 'pods', 'exec', false],
  ['get', 'pods', 'log', true],
  ['get', 'nodes', 'proxy', true],
  ['get', 'services', 'exec', true],
] as const)('nothing more of %s %s/%s, upgrade %s', (verb, resource, subresource, isUpgrade) => {
  expect(verbs(36, verb, resource, subresource, isUpgrade)).toEqual([verb])
})
