import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writePathsOf } from './write-paths.ts'

describe('write paths', () => {
  test.each([
    ['temporary files', ['/tmp/a/b', '/tmp/c'], [], [], { emptyDirs: ['/tmp'] }],
    ['a cache', ['/var/cache/nginx/x'], ['/etc/nginx.conf'], [], { emptyDirs: ['/var/cache'] }],
    ['one folder within another', ['/data/a', '/data/b/c'], [], [], { emptyDirs: ['/data'] }],
    ['volumes', ['/data/a'], [], ['/data/'], { emptyDirs: [], inVolumes: ['/data/a'] }],
    ['the kernel’s files', ['/proc/self/x', '/dev/null', '/etc/hosts'], [], [], { emptyDirs: [] }],
    ['beside files of the image', ['/app/log'], ['/app/main.js'], [], { emptyDirs: [], hiding: ['/app'] }],
    ['what it has made itself', ['/app/log', '/app/x'], ['/app/x'], [], { emptyDirs: ['/app'] }],
    ['the root itself', ['/x'], [], [], { inRoot: ['/x'] }],
  ])('%s', (_, written, read, volumes, expected) => {
    expect(writePathsOf(written, read, volumes)).toMatchObject(expected)
  })

  test('a file that was there already is one of the image', () => {
    const written = ['/app/state', '/data/x']
    expect(writePathsOf(written, [], [], ['/app/state'])).toMatchObject({
      emptyDirs: ['/data'],
      hiding: ['/app'],
    })
  })

  test('everything that is written lies in some answer, and no folder within another', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'tmp', 'var', 'log', 'dev'), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.array(path), fc.array(path), (written, read) => {
        const { emptyDirs, hiding, inRoot } = writePathsOf(written, read, [])
        const folders = [...emptyDirs, ...hiding]
        for (const each of written)
          if (!each.startsWith('/dev'))
            expect(
              inRoot.includes(each) || folders.some((folder) => `${each}/`.startsWith(`${folder}/`)),
            ).toBe(true)
        for (const folder of folders)
          expect(folders.filter((other) => `${folder}/`.startsWith(`${other}/`))).toEqual([folder])
      }),
    )
  })
})
