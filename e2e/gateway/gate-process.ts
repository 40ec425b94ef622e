import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Authority, openAuthority } from '../../src/api-access/authentication/index.ts'
import { type Run, run } from '../setup/run.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const HOUR = 3600

/** kubectl of the PATH, else that of the local cluster; undefined where there is neither. */
export function findKubectl(): string | undefined {
  const cache = process.env['K8S_LOCAL_CACHE'] || join(homedir(), '.cache', 'k8s-local')
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(cache, 'bin')]
  return folders.map((folder) => join(folder, 'kubectl')).find((path) => existsSync(path))
}

export interface AuditLine {
  readonly auditID: string
  readonly stage: string
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username?: string }
  readonly objectRef?: { readonly resource?: string; readonly name?: string; readonly subresource?: string }
  readonly responseStatus?: { readonly code?: number; readonly message?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

/** A running `haetae gateway`, and clients of it. */
export class GateProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'haetae-e2e-gate-'))
  readonly #upstream: string
  readonly #nodeArgs: readonly string[]
  #child: ChildProcess | undefined
  #authority: Authority | undefined
  #said = ''
  port = 0

  /** @param nodeArgs - of Node.js itself */
  constructor(upstream: string, nodeArgs: readonly string[] = []) {
    this.#upstream = upstream
    this.#nodeArgs = nodeArgs
  }

  get authorityFile(): string {
    return join(this.folder, 'state', 'ca', 'ca.crt')
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** All that it has written to standard error, over every start. */
  get said(): string {
    return this.#said
  }

  get authority(): Authority {
    if (this.#authority === undefined) throw new Error('the gate was never open')
    return this.#authority
  }

  /** What the process holds of the memory, in megabytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
  }

  async start(...args: string[]): Promise<void> {
    const listen = `127.0.0.1:${this.port}`
    const own = ['--upstream', this.#upstream, '--listen', listen, '--state', join(this.folder, 'state')]
    const log = ['--audit-log-path', join(this.folder, 'audit.log'), '--lang', 'en']
    const child = spawn(process.execPath, [...this.#nodeArgs, MAIN, 'gateway', ...own, ...log, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    let told = ''
    await new Promise<void>((open, fail) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        told += text
        this.#said += text
        const match = /open on https:\/\/127\.0\.0\.1:(\d+)/.exec(told)
        if (match === null) return
        this.port = Number(match[1])
        open()
      })
      child.on('exit', (status) => fail(new Error(`the gate ended with ${status}: ${told}`)))
    })
    this.#authority = await openAuthority({ folder: join(this.folder, 'state', 'ca') })
  }

  /** @param signal - SIGTERM lets it drain */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  async close(): Promise<void> {
    await this.stop()
    // A kubectl that was ended may still be writing what it keeps.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }

  async credential(user: string, groups: readonly string[] = []) {
    const { certificate, key } = await this.authority.issueClient({ name: user, groups }, HOUR)
    return { cert: certificate, key, ca: this.authority.certificate }
  }

  /** @returns the path of a kubeconfig for the gate */
  async kubeconfig(user: string, groups: readonly string[] = []): Promise<string> {
    const { cert, key, ca } = await this.credential(user, groups)
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const path = join(this.folder, `${user}.kubeconfig`)
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gate',
      clusters: [
        {
          name: 'gate',
          cluster: { server: `https://127.0.0.1:${this.port}`, 'certificate-authority-data': base64(ca) },
        },
      ],
      users: [
        { name: user, user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } },
      ],
      contexts: [{ name: 'gate', context: { cluster: 'gate', user } }],
    }
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
    return path
  }

  events(): AuditLine[] {
    const path = join(this.folder, 'audit.log')
    if (!existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    // What stands behind the last end of a line is being written.
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
}

/** Runs kubectl to its end. @param program - another than the first that is found */
export function kubectl(
  kubeconfig: string,
  args: readonly string[],
  stdin: string | Buffer = '',
  program: string | undefined = findKubectl(),
): Promise<Run> {
  if (program === undefined) throw new Error('there is no kubectl')
  return run(program, ['--kubeconfig', kubeconfig, ...args], { ...process.env, HOME: tmpdir() }, stdin)
}

/** @throws Error with what it said, where it did not succeed */
export async function succeeds(
  kubeconfig: string,
  args: readonly string[],
  stdin?: string | Buffer,
  program?: string,
): Promise<string> {
  const { status, stdout, stderr } = await kubectl(kubeconfig, args, stdin, program)
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${status}: ${stderr}${stdout}`)
  return stdout
}
