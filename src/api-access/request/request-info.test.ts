import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestInfoOf } from './request-info.ts'

/** method, target, verb, group, version, namespace, resource, subresource, name */
type Row = readonly [string, string, string, string, string, string, string, string, string]

const RESOURCES: readonly Row[] = [
  ['GET', '/api/v1/namespaces', 'list', '', 'v1', '', 'namespaces', '', ''],
  ['GET', '/api/v1/namespaces/other', 'get', '', 'v1', 'other', 'namespaces', '', 'other'],
  ['GET', '/api/v1/namespaces/other/pods', 'list', '', 'v1', 'other', 'pods', '', ''],
  ['GET', '/api/v1/namespaces/other/pods/foo', 'get', '', 'v1', 'other', 'pods', '', 'foo'],
  ['HEAD', '/api/v1/namespaces/other/pods/foo', 'get', '', 'v1', 'other', 'pods', '', 'foo'],
  ['GET', '/api/v1/pods', 'list', '', 'v1', '', 'pods', '', ''],
  ['HEAD', '/api/v1/pods', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/watch/pods', 'watch', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?watch=true', 'watch', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?watch', 'watch', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?watch=False', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?watch=0', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?watch=false&watch=true', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/watch/namespaces/other/pods', 'watch', '', 'v1', 'other', 'pods', '', ''],
  ['GET', '/api/v1/namespaces/other/pods/foo/status', 'get', '', 'v1', 'other', 'pods', 'status', 'foo'],
  ['GET', '/api/v1/namespaces/a/pods/b/proxy/c/d', 'get', '', 'v1', 'a', 'pods', 'proxy', 'b'],
  ['POST', '/api/v1/namespaces/a/pods/b/exec?command=ls', 'create', '', 'v1', 'a', 'pods', 'exec', 'b'],
  ['GET', '/api/v1/proxy/namespaces/other/pods/foo', 'proxy', '', 'v1', 'other', 'pods', '', 'foo'],
  ['GET', '/api/v1/proxy/namespaces/a/pods/b/c', 'proxy', '', 'v1', 'a', 'pods', '', 'b'],
  [
    'PUT',
    '/api/v1/namespaces/other/finalize',
    'update',
    '',
    'v1',
    'other',
    'namespaces',
    'finalize',
    'other',
  ],
  ['PUT', '/api/v1/namespaces/other/status', 'update', '', 'v1', 'other', 'namespaces', 'status', 'other'],
  ['DELETE', '/api/v1/namespaces/other/pods', 'deletecollection', '', 'v1', 'other', 'pods', '', ''],
  ['DELETE', '/api/v1/nodes/n1', 'delete', '', 'v1', '', 'nodes', '', 'n1'],
  [
    'PATCH',
    '/apis/apps/v1/namespaces/a/deployments/d/scale',
    'patch',
    'apps',
    'v1',
    'a',
    'deployments',
    'scale',
    'd',
  ],
  ['POST', '/apis/batch/v1/namespaces/a/jobs', 'create', 'batch', 'v1', 'a', 'jobs', '', ''],
  [
    'GET',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node',
    'get',
    'rbac.authorization.k8s.io',
    'v1',
    '',
    'clusterroles',
    '',
    'system:node',
  ],
  [
    'GET',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
    'get',
    'rbac.authorization.k8s.io',
    'v1',
    '',
    'clusterroles',
    '',
    'system:node',
  ],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dfoo', 'list', '', 'v1', '', 'pods', '', 'foo'],
  ['GET', '/api/v1/pods?watch=1&fieldSelector=metadata.name==foo', 'watch', '', 'v1', '', 'pods', '', 'foo'],
  ['GET', '/api/v1/pods?watch=FALSE', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?watch=fal%C5%BFe', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name!=foo', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?fieldSelector=a=b,metadata.name=foo', 'list', '', 'v1', '', 'pods', '', 'foo'],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name=a/b', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name=foo,,', 'list', '', 'v1', '', 'pods', '', 'foo'],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name=foo,bar', 'list', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods?limit=x&fieldSelector=metadata.name=foo', 'list', '', 'v1', '', 'pods', '', ''],
  ['OPTIONS', '/api/v1/pods', '', '', 'v1', '', 'pods', '', ''],
  ['GET', '/api/v1/pods/', 'list', '', 'v1', '', 'pods', '', ''],
  [
    'GET',
    '/api/v1/namespaces/a/services/s:80/proxy/x//y%2Fz;w',
    'get',
    '',
    'v1',
    'a',
    'services',
    'proxy',
    's:80',
  ],
]

const PATHS = [
  '/',
  '/api',
  '/api/v1',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/healthz',
  '/version',
  '/foo/bar/baz',
  '/logs/a',
]

describe('requestInfoOf', () => {
  it.each(RESOURCES)(
    '%s %s',
    (method, target, verb, apiGroup, apiVersion, namespace, resource, subresource, name) => {
      expect(requestInfoOf(method, target)).toMatchObject({
        verb,
        apiGroup,
        apiVersion,
        namespace,
        resource,
        subresource,
        name,
        resourceRequest: true,
      })
    },
  )

  it.each(PATHS)('takes %s for no resource', (path) => {
    expect(requestInfoOf('GET', path)).toMatchObject({
      verb: 'get',
      path,
      resourceRequest: false,
      resource: '',
    })
  })

  it.each([
    ['//api/v1/pods', 'request.empty-segment'],
    ['/api/v1//pods', 'request.empty-segment'],
    ['/api/v1/pods//', 'request.empty-segment'],
    ['/api/v1/namespaces//secrets', 'request.empty-segment'],
    ['/api/v1/../v1/pods', 'request.dot-segment'],
    ['/api/v1/%2e%2e/pods', 'request.dot-segment'],
    ['/api/v1/.%2E/pods', 'request.dot-segment'],
    ['/api/v1/./pods', 'request.dot-segment'],
    ['/api/v1/namespaces/a/pods/p/proxy/../../secrets', 'request.dot-segment'],
    ['/api/v1/namespaces/a/pods/p/proxy/%2e%2e/x', 'request.dot-segment'],
    ['/api/v1/namespaces/a/pods/p/proxy/x%2f..%2fy', 'request.dot-segment'],
    ['/api/v1/namespaces/a%2fpods', 'request.segment'],
    ['/api/v1/pods;x=y', 'request.segment'],
    ['/api/v1/pods%3bx', 'request.segment'],
    ['/api/v1/%252e%252e/pods', 'request.segment'],
    ['/api/v1/pods%5c', 'request.segment'],
    ['/api/v1/pods\\x', 'request.character'],
    ['/api/v1/pods#x', 'request.character'],
    ['/api/v1/pods%00', 'request.character'],
    ['/api/v1/pods%0d%0aX:y', 'request.character'],
    ['/api/v1/파드', 'request.character'],
    ['/api/v1/pods%zz', 'request.escape'],
    ['/api/v1/pods%ff', 'request.escape'],
    ['/api/v1/pods?watch=%', 'request.escape'],
    ['/api/v1/pods?watch=0;watch=1', 'request.semicolon'],
    ['/api/v1/pods??watch=1', 'request.question-mark'],
    ['/api/v1/pods??', 'request.question-mark'],
    ['/api/v1/pods?watch=%ff', 'request.escape'],
    ['/api/v1/pods?%C3=%A1', 'request.escape'],
    ['/api/v1/namespaces/a/pods/p/exec?command=ls&container=%b0', 'request.escape'],
    ['http://other/api/v1/pods', 'request.no-path'],
    ['*', 'request.no-path'],
    ['', 'request.no-path'],
    ['/api/v1/watch', 'request.no-kind'],
  ])('refuses %s', (target, id) => {
    expect(requestInfoOf('GET', target)).toEqual({ fault: { id, data: {} } })
  })

  it('refuses a query of which Go would read nothing', () => {
    const most = '&'.repeat(9999)
    expect(requestInfoOf('GET', `/api/v1/pods?${most}watch=1`)).toMatchObject({ verb: 'watch' })
    expect(requestInfoOf('GET', `/api/v1/pods?${most}&watch=1`)).toEqual({
      fault: { id: 'request.parameters', data: {} },
    })
  })

  it.each([
    // A question mark behind the first is a part of a name or a value.
    '/api/v1/pods?watch=1&?limit=?',
    '/api/v1/pods?',
    '/api/v1/pods?labelSelector=a%3D%C3%A9',
    '/api/v1/namespaces/a/pods/p/exec?command=rm&command=%b0%a1',
    '/api/v1/namespaces/a/services/s/proxy/list?q=%b0%a1',
  ])('lets %s pass', (target) => {
    expect(requestInfoOf('GET', target)).toMatchObject({ query: target.slice(target.indexOf('?') + 1) })
  })

  it('reads any name that is escaped as it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const read = requestInfoOf(
          'GET',
          `/api/v1/namespaces/a/pods/${encodeURIComponent(name.toWellFormed())}`,
        )
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
        const isRefused = /^\.{1,2}$|[/\\%;\x00-\x1f\x7f]/.test(name)
        if (isRefused) expect(read).toHaveProperty('fault')
        else expect(read).toMatchObject({ namespace: 'a', resource: 'pods', name: name.toWellFormed() })
      }),
    )
  })

  it('never throws, and never yields a segment that a server could resolve', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'/.%2eEfF;?&=:abpi'.split('')) }), (text) => {
        const read = requestInfoOf('GET', `/${text}`)
        if ('fault' in read) return
        expect(read.path.split('/')).not.toContain('..')
        expect([read.namespace, read.resource, read.name].some((part) => part.includes('/'))).toBe(false)
      }),
    )
  })
})
