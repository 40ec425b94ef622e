import { defineConfig, type InputOptions, type Plugin, rolldown } from 'rolldown'

/**
 * Functions of Node.js' own modules that are rarely called at start-up, but whose modules take milliseconds to load
 * (child_process alone brings net and dgram along): in the built command they load at the first call.
 */
const LAZY: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['execFile', 'spawn', 'spawnSync'],
  'node:timers/promises': ['setTimeout'],
  'node:util': ['isDeepStrictEqual', 'promisify', 'stripVTControlCharacters'],
}

const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  resolveId: (id) => (id in LAZY || id === 'node:process' ? `\0${id}` : undefined),
  load(id) {
    const module = id.slice(1)
    if (module === 'node:process') return 'export default globalThis.process'
    const names = LAZY[module]
    if (names === undefined) return undefined
    const functions = names.map(
      (name) =>
        `export const ${name} = (...args) => globalThis.process.getBuiltinModule('${module}').${name}(...args)`,
    )
    return `${functions.join('\n')}\nexport default { ${names.join(', ')} }\n`
  },
}

const base: InputOptions = {
  platform: 'node',
  external: ['@kubernetes/client-node'],
  plugins: [lazyBuiltins],
}

/** The modules that are loaded together with an entry: all it imports, but not what it imports when it runs. */
async function loadedWith(...input: readonly string[]): Promise<ReadonlySet<string>> {
  const build = await rolldown({ ...base, input: [...input] })
  const { output } = await build.generate({ format: 'esm' })
  const chunks = new Map(
    output.flatMap((chunk) => (chunk.type === 'chunk' ? [[chunk.fileName, chunk] as const] : [])),
  )
  const wanted = [...chunks.values()].filter(({ isEntry }) => isEntry)
  const modules = new Set<string>()
  for (const chunk of wanted) {
    for (const id of chunk.moduleIds) modules.add(id)
    for (const name of chunk.imports) {
      const imported = chunks.get(name)
      if (imported !== undefined && !wanted.includes(imported)) wanted.push(imported)
    }
  }
  await build.close()
  return modules
}

// Opening many small files dominates start-up: what every call needs is one file, what every scan needs another, and
// what every replay of events needs a third.
const main = await loadedWith('src/cli/main.ts')
const run = await loadedWith('src/cli/run.ts')
const scan = await loadedWith('src/cli/scan/command.ts', 'src/findings/reports/pretty.ts')
const detect = await loadedWith('src/cli/detect/command.ts')

/**
 * The built command: one small entry and lazily loaded chunks, so that `haetae --version` reads little and each
 * command reads only what it needs. What npm installs stays outside only where it is large and rarely used (the
 * Kubernetes client); the rest is bundled, since opening many small files dominates start-up. CommonJS, because
 * Node.js links a graph of ES modules more slowly than it requires one (measured: 5 to 8 ms of a small scan).
 */
export default defineConfig({
  input: { haetae: 'src/cli/main.ts', 'scan-worker': 'src/cli/scan/parallel/worker.ts' },
  ...base,
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
    cleanDir: true,
    codeSplitting: {
      groups: [
        { name: 'main', test: (id) => main.has(id) && !id.endsWith('/src/cli/main.ts'), priority: 4 },
        { name: 'run', test: (id) => run.has(id) && !main.has(id), priority: 3 },
        { name: 'reading', test: (id) => scan.has(id) && detect.has(id) && !main.has(id), priority: 2 },
        { name: 'scan', test: (id) => scan.has(id) && !main.has(id), priority: 1 },
        { name: 'detect', test: (id) => detect.has(id) && !main.has(id), priority: 1 },
      ],
    },
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
  },
})
