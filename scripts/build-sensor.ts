import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run build:sensor`: builds the sensor of kernel events, `sensor/build/haetae-sensor`, from `sensor/`.
 *
 * It needs clang and libbpf's headers and archives (Debian: clang, libbpf-dev, libelf-dev, zlib1g-dev, make). Where they
 * are missing it says so and ends with 2: everything else of Haetae works without the sensor.
 */
const NEEDED = ['clang', 'make']
const HEADER = '/usr/include/bpf/libbpf.h'

const root = fileURLToPath(new URL('..', import.meta.url))
const missing = NEEDED.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error)
if (!existsSync(HEADER)) missing.push('libbpf-dev')

if (missing.length > 0) {
  process.stderr.write(
    `build:sensor: ERR_TOOLS_MISSING: ${missing.join(', ')} not found: apt-get install clang make libbpf-dev libelf-dev zlib1g-dev\n`,
  )
  process.exitCode = 2
} else {
  const out = join(root, 'sensor', 'build')
  const { status } = spawnSync('make', ['-C', join(root, 'sensor'), `OUT=${out}`], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
