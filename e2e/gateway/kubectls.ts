import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Kubectl {
  readonly path: string
  /** E.g. `v1.20.2`. */
  readonly version: string
}

/** The cluster's own kubectl, and any other that the PATH has: one of each version. */
export function findKubectls(): Kubectl[] {
  const cache = process.env['K8S_LOCAL_CACHE'] || join(homedir(), '.cache', 'k8s-local')
  const folders = [join(cache, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
  const found = new Map<string, Kubectl>()
  for (const path of folders.map((folder) => join(folder, 'kubectl')).filter((each) => existsSync(each))) {
    const output = execFileSync(path, ['version', '--client', '--output=json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const version: string = JSON.parse(output).clientVersion.gitVersion
    if (!found.has(version)) found.set(version, { path, version })
  }
  return [...found.values()]
}

/** How a kubectl with bytes for input and output ended. */
export interface Streamed {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** A kubectl that runs. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  /** What it has written so far, on both outputs. */
  readonly said: string
  readonly ended: Promise<Streamed>
}

/** @param program - another than kubectl itself, which is then the first of the arguments */
export function run(kubeconfig: string, program: string, args: readonly string[]): Running {
  const env = { ...process.env, HOME: tmpdir(), KUBECONFIG: kubeconfig }
  const child = spawn(program, args, { env, stdio: 'pipe' })
  const chunks: Buffer[] = []
  let stderr = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    // What is large is not read as text.
    if (said.length < 100_000) said += chunk.toString('latin1')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    said += text
  })
  // A program that does not want its input closes it.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<Streamed>((done, fail) => {
    child.on('error', fail)
    child.on('close', (status) => done({ status, stdout: Buffer.concat(chunks), stderr }))
  })
  return {
    child,
    get said() {
      return said
    },
    ended,
  }
}
