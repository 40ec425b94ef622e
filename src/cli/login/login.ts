import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createRenderer, type Language, type Render, reasonOf } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { ask, type Console, isInteractive, ownConsole, readLines } from '../user/prompt.ts'
import { cacheFile, isNearEnd, readCredential, writeCredential } from './credential-cache.ts'
import type { Credential, GateAddress } from './gate-client.ts'
import { loginMessages } from './messages.ts'

const { make } = loginMessages

export interface LoginOptions {
  readonly server: string
  readonly certificateAuthority?: string
  readonly user?: string
  readonly kubeconfig?: string
  readonly execApiVersion: string
  readonly execCredential?: boolean
}

/**
 * `haetae login`: asks who it is, gets a short-lived certificate from the gate, writes a kubeconfig that calls this
 * command for the next. With `--exec-credential` it is the plugin: it prints what is kept, renews it before it ends, and
 * asks again where it has ended and there is a terminal.
 *
 * @throws UsageError ERR_LOGIN, ERR_LOGIN_SERVER, ERR_KUBECONFIG
 */
export async function login(
  options: LoginOptions,
  language: Language,
  at: Console = ownConsole,
): Promise<ExitStatus> {
  const render = createRenderer([loginMessages], language)
  const version = choiceOf('--exec-api-version', options.execApiVersion, ['v1', 'v1beta1'])
  const gate = gateOf(options)
  if (options.execCredential === true) {
    const credential = await current(gate, options, render, at)
    at.data.write(`${JSON.stringify(execCredential(credential, version))}\n`)
    return EXIT.done
  }
  const { name, credential } = await enter(gate, options, render, at)
  writeCredential(cacheFile(gate.server, name, at.environment), credential)
  const { kubeconfigFile, writeKubeconfig } = await import('./kubeconfig.ts')
  const kubeconfig = kubeconfigFile(options.kubeconfig, at.environment)
  const args = [
    'login',
    '--exec-credential',
    '--server',
    gate.server,
    '--user',
    name,
    '--exec-api-version',
    version,
  ]
  const authority = options.certificateAuthority
  if (authority !== undefined) args.push('--certificate-authority', resolve(authority))
  const context = writeKubeconfig(kubeconfig, gate, name, { apiVersion: version, args })
  at.output.write(`${render(make.done({ name, context, kubeconfig }))}\n`)
  return EXIT.done
}

/** The credential that is kept, or the next one. */
async function current(
  gate: GateAddress,
  options: LoginOptions,
  render: Render,
  at: Console,
): Promise<Credential> {
  const file = cacheFile(gate.server, options.user ?? '', at.environment)
  const kept = readCredential(file)
  const state = kept === undefined ? 'ended' : isNearEnd(kept, Date.now())
  if (kept !== undefined && state === 'far') return kept
  if (kept !== undefined && state === 'near')
    try {
      const { renew } = await import('./gate-client.ts')
      const renewed = await renew(gate, kept)
      writeCredential(file, renewed)
      return renewed
    } catch (error) {
      // It still holds: better this than none.
      if (error instanceof UsageError) return kept
      throw error
    }
  if (!isInteractive(at)) {
    const command = `haetae login --server ${gate.server} --user ${options.user ?? ''}`
    throw new UsageError('ERR_LOGIN', make['no-terminal']({ command }), loginMessages)
  }
  const { credential } = await enter(gate, options, render, at)
  writeCredential(file, credential)
  return credential
}

async function enter(gate: GateAddress, options: LoginOptions, render: Render, at: Console) {
  const person = isInteractive(at) ? await asked(options, render, at) : await piped(options, at)
  // kubectl calls this for each of its own calls: what a kept credential does not need is not loaded.
  const { logIn } = await import('./gate-client.ts')
  return { name: person.user, credential: await logIn(gate, person) }
}

async function asked({ user }: LoginOptions, render: Render, at: Console) {
  const name = user ?? (await ask(at, render(make.user({}))))
  const password = await ask(at, render(make.password({})), true)
  const code = await ask(at, render(make.code({})))
  return { user: name.trim(), password, code: code.replaceAll(' ', '') }
}

/** For scripts: the password on the first line of standard input, the code on the second. */
async function piped({ user = '' }: LoginOptions, at: Console) {
  const [password = '', code = ''] = await readLines(at)
  return { user, password, code: code.trim() }
}

function gateOf({ server, certificateAuthority: file }: LoginOptions): GateAddress {
  const url = URL.canParse(server) ? new URL(server) : undefined
  if (url?.protocol !== 'https:' || url.username !== '')
    throw new UsageError('ERR_LOGIN_SERVER', make.server({ server }), loginMessages)
  const address = url.origin
  return file === undefined
    ? { server: address }
    : { server: address, certificateAuthority: readAuthority(file) }
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = reasonOf(error)
    throw new UsageError('ERR_LOGIN_SERVER', make.unreadable({ path: file, reason }), loginMessages)
  }
}

/** "expirationTimestamp": kubectl asks again when it has passed. */
function execCredential({ certificate, key, notAfter }: Credential, version: 'v1' | 'v1beta1') {
  return {
    apiVersion: `client.authentication.k8s.io/${version}`,
    kind: 'ExecCredential',
    status: { expirationTimestamp: notAfter, clientCertificateData: certificate, clientKeyData: key },
  }
}
