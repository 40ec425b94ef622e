import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './packages.ts'

const ROOT = join(import.meta.dirname, '../..')
const BINARY = join(ROOT, 'sensor/build/haetae-sensor')
const PACKAGES = ['clang', 'make', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev']

/** The sensor's path, where it could be built and this kernel and user can run it; else what is missing. */
export function sensorBinary(): { readonly path?: string; readonly otherwise: string } {
  if (process.getuid?.() !== 0) return { otherwise: 'the sensor needs root' }
  if (!existsSync('/sys/kernel/btf/vmlinux')) return { otherwise: 'this kernel has no BTF' }
  if (!existsSync(BINARY)) build()
  if (!existsSync(BINARY))
    return { otherwise: 'the sensor could not be built: npm run build:sensor tells what is missing' }
  const { status, stderr } = spawnSync(BINARY, ['--calls', 'execve', '--no-scan'], {
    input: '',
    encoding: 'utf8',
  })
  return status === 0
    ? { path: BINARY, otherwise: '' }
    : { otherwise: `the sensor cannot run here: ${stderr.trim()}` }
}

function build(): void {
  if (!existsSync('/usr/include/bpf/libbpf.h') || spawnSync('clang', ['--version']).error !== undefined)
    install(PACKAGES)
  spawnSync('npm', ['run', 'build:sensor'], { cwd: ROOT, stdio: 'ignore' })
}
