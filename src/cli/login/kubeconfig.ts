import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import { makeFolder } from '../../storage/index.ts'
import { UsageError } from '../exit.ts'
import { writing } from '../writing.ts'
import type { GateAddress } from './gate-client.ts'
import { loginMessages } from './messages.ts'

/** The plugin that kubectl calls for a credential. */
export interface ExecPlugin {
  readonly apiVersion: 'v1' | 'v1beta1'
  readonly args: readonly string[]
}

/** The file that kubectl would write to. */
export function kubeconfigFile(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const [first] = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return named ?? first ?? join(homedir(), '.kube', 'config')
}

/**
 * Writes cluster, user and context of a gate into a kubeconfig, in the places of those of the same names, and makes the
 * context the current one. All else stays as it was, comments too. The file is readable by its owner alone.
 *
 * @returns the context's name
 * @throws UsageError ERR_KUBECONFIG
 */
export function writeKubeconfig(file: string, gate: GateAddress, user: string, plugin: ExecPlugin): string {
  const document = read(file)
  const name = `haetae-${new URL(gate.server).host}`
  const authority = gate.certificateAuthority
  const exec = {
    apiVersion: `client.authentication.k8s.io/${plugin.apiVersion}`,
    command: 'haetae',
    args: plugin.args,
    interactiveMode: 'IfAvailable',
    provideClusterInfo: false,
  }
  put(document, 'clusters', name, {
    cluster: {
      server: gate.server,
      ...(authority !== undefined && {
        'certificate-authority-data': Buffer.from(authority).toString('base64'),
      }),
    },
  })
  put(document, 'users', `${name}-${user}`, { user: { exec } })
  put(document, 'contexts', name, { context: { cluster: name, user: `${name}-${user}` } })
  document.set('current-context', name)
  writing(file, () => {
    makeFolder(dirname(file))
    const draft = `${file}.${randomUUID()}`
    writeFileSync(draft, document.toString(), { mode: 0o600, flag: 'wx' })
    renameSync(draft, file)
  })
  return name
}

function read(file: string): Document {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const document = parseDocument(text.trim() === '' ? 'apiVersion: v1\nkind: Config\n' : text)
  if (document.errors.length > 0 || !isMap(document.contents)) {
    // The file holds credentials: nothing of it is repeated.
    const said = loginMessages.make.unreadable({ path: file, reason: 'YAML' })
    throw new UsageError('ERR_KUBECONFIG', said, loginMessages)
  }
  return document
}

function put(document: Document, list: string, name: string, entry: object): void {
  const named = document.createNode({ name, ...entry })
  const entries = document.get(list)
  if (!isSeq(entries)) document.set(list, document.createNode([named]))
  else {
    const index = entries.items.findIndex((item) => isMap(item) && item.get('name') === name)
    if (index < 0) entries.add(named)
    else entries.set(index, named)
  }
}
