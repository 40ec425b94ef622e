import { describe, expect, test } from 'vitest'
import { type Particle, withParticle } from './korean.ts'

describe('withParticle', () => {
  test.each<[string, Particle, string]>([
    ['컨테이너', '을/를', '컨테이너를'],
    ['볼륨', '을/를', '볼륨을'],
    ['값', '이/가', '값이'],
    ['파드', '은/는', '파드는'],
    ['서울', '으로/로', '서울로'],
    ['집', '으로/로', '집으로'],
    ['컨테이너 "c"', '을/를', '컨테이너 "c"를'],
    ['3', '은/는', '3은'],
    ['v1.25', '와/과' as Particle, 'v1.25와'],
    ['10', '을/를', '10을'],
    ['7', '으로/로', '7로'],
    ['group', '은/는', 'group은'],
    ['secret', '을/를', 'secret을'],
    ['root', '을/를', 'root를'],
    ['network', '을/를', 'network를'],
    ['hostPID', '이/가', 'hostPID가'],
    ['PID', '이/가', 'PID가'],
    ['"db"', '을/를', '"db"를'],
    ['html', '으로/로', 'html로'],
    ['URL', '으로/로', 'URL로'],
    ['n', '은/는', 'n은'],
    ['shell', '을/를', 'shell을'],
    ['shell', '으로/로', 'shell로'],
    ['hostPath', '과/와', 'hostPath와'],
    ['', '을/를', '를'],
    ['"', '을/를', '"를'],
  ])('%j and %s: %s', (word, particle, expected) => {
    const pair = particle === ('와/과' as Particle) ? '과/와' : particle
    expect(withParticle(word, pair)).toBe(expected)
  })
})
