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

  test.each([
    ['its own folder', ['/var/cache/nginx/x/y'], ['/var/cache/nginx'], ['/var/cache/nginx'], []],
    ['the folder for writing itself', ['/run/pid'], ['/run'], ['/run'], []],
    ['one beside another', ['/run/a/x', '/run/b/x'], ['/run/a', '/run/b'], ['/run/a', '/run/b'], []],
    ['one within another', ['/run/pid', '/run/mysqld/sock'], ['/run', '/run/mysqld'], [], ['/run']],
    ['one within any other', ['/data/x', '/data/logs/y'], ['/data', '/data/logs'], [], ['/data']],
  ])(
    'a folder that was there is the image’s, and is not hidden: %s',
    (_, written, folders, empty, hiding) => {
      expect(writePathsOf(written, [], [], [], folders)).toMatchObject({ emptyDirs: empty, hiding })
    },
  )

  test('a volume’s folder is not the image’s', () => {
    const written = ['/data/x', '/data/claim/y']
    expect(writePathsOf(written, [], ['/data/claim'], [], ['/data', '/data/claim'])).toMatchObject({
      emptyDirs: ['/data'],
      hiding: [],
    })
  })

  test('everything that is written lies in some answer, and no folder within another', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'tmp', 'var', 'log', 'dev'), { minLength: 1, maxLength: 4 })
      .map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.array(path), fc.array(path), fc.array(path), (written, read, there) => {
        const { emptyDirs, hiding, inRoot } = writePathsOf(written, read, [], [], there)
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
