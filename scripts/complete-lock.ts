import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Completes package-lock.json with the optional packages of platforms for which the machine's registry had nothing.
 *
 * npm leaves such packages out of the lock file, and `npm ci` then refuses it («Missing: … from lock file») wherever
 * the registry has them or not. An entry with name, version and platform is enough: on other platforms npm passes it
 * over. Run it after every change of dependencies: `node scripts/complete-lock.ts`.
 */
interface Entry {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'] as const
const PROCESSORS: readonly (readonly [RegExp, string])[] = [
  [/arm64/, 'arm64'],
  [/\barm\b|-arm-/, 'arm'],
  [/x64/, 'x64'],
  [/ia32/, 'ia32'],
  [/ppc64/, 'ppc64'],
  [/riscv64/, 'riscv64'],
  [/s390x/, 's390x'],
  [/wasm32/, 'wasm32'],
]

/** @returns the lock file with an entry for every optional dependency of every package */
export function completeLock(lock: Lock): Lock {
  const packages: Record<string, Entry> = { ...lock.packages }
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const wanted = version.replace(/^[~^]/, '')
      const places = foldersAbove(path).map((folder) => `${folder}node_modules/${name}`)
      if (places.some((place) => packages[place]?.version === wanted)) continue
      // Another version may have the place at the top: then beside the package that needs this one.
      const place = places.find((each) => packages[each] === undefined)
      if (place !== undefined && path !== '') packages[place] = placeholder(name, wanted, entry.dev === true)
    }
  }
  const sorted = Object.entries(packages).sort(([left], [right]) =>
    left < right ? -1 : left > right ? 1 : 0,
  )
  return { ...lock, packages: Object.fromEntries(sorted) }
}

/** The folders in which a package at this path looks for others, the topmost first: `''`, `node_modules/vite/`, … */
function foldersAbove(path: string): string[] {
  const names = path.split('node_modules/').slice(1)
  return [
    '',
    ...names.map(
      (_, depth) =>
        `node_modules/${names
          .slice(0, depth + 1)
          .join('node_modules/')
          .replace(/\/?$/, '/')}`,
    ),
  ]
}

function placeholder(name: string, version: string, dev: boolean): Entry {
  const system = SYSTEMS.find((each) => name.includes(`-${each}`) || name.includes(`/${each}`))
  const processor = PROCESSORS.find(([pattern]) => pattern.test(name))?.[1]
  return {
    version,
    ...(processor !== undefined && { cpu: [processor] }),
    ...(dev && { dev: true }),
    ...(system === 'linux' && /musl|gnu/.test(name) && { libc: [name.includes('musl') ? 'musl' : 'glibc'] }),
    optional: true,
    ...(system !== undefined && { os: [system] }),
  }
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url)
  const lock = completeLock(JSON.parse(readFileSync(file, 'utf8')) as Lock)
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
