import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Authority, openAuthority } from '../../api-access/authentication/index.ts'
import type { ClusterClient, KubernetesObject } from '../../kubernetes/index.ts'

/** The authority that all replicas share, as it stands in the Secret. */
export interface SharedAuthority {
  readonly authority: Authority
  /** In PEM: this authority, and the one before it while its certificates may still be shown. */
  readonly bundle: string
}

/** The Secret that holds it. */
export interface AuthoritySecret {
  /** The authority of the moment; made where there is none. Of replicas that make one at once all get the same. */
  read(): Promise<SharedAuthority>
  /**
   * Makes a new authority when the old one's time runs out. To be called by the leader alone.
   *
   * @param announce - given the bundle with both before any replica shows a certificate of the new one
   */
  renew(announce: (bundle: string) => Promise<void>): Promise<void>
}

export interface AuthoritySecretOptions {
  readonly client: Pick<ClusterClient, 'request'>
  readonly namespace: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** An authority is followed by another when less than this is left of its ten years. */
const RENEWAL_MILLISECONDS = 365 * 24 * 3_600_000

/** Why the Secret is of no use; the message is the API server's own. */
export class AuthoritySecretError extends Error {
  readonly code = 'ERR_ADMISSION_AUTHORITY'
}

/** @throws AuthoritySecretError where the Secret cannot be read or written */
export function authoritySecret({ client, namespace, name, now }: AuthoritySecretOptions): AuthoritySecret {
  const collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`
  const path = `${collection}/${encodeURIComponent(name)}`
  let known: { readonly pem: string; readonly bundle: string; readonly shared: SharedAuthority } | undefined

  async function stored(): Promise<KubernetesObject | undefined> {
    const { status, body } = await client.request({ path })
    if (status === 404) return undefined
    if (status !== 200) throw new AuthoritySecretError(`GET ${path}: ${said(status, body)}`)
    return body as KubernetesObject
  }

  return {
    async read() {
      const found = (await stored()) ?? (await create())
      const [pem, key, bundle] = ['ca.crt', 'ca.key', 'ca-bundle.crt'].map((file) => dataOf(found, file))
      if (!pem || !key) throw new AuthoritySecretError(`the Secret ${namespace}/${name} holds no authority`)
      if (known?.pem === pem && known.bundle === bundle) return known.shared
      const shared = { authority: await openFrom(pem, key), bundle: bundle || pem }
      known = { pem, bundle: bundle ?? '', shared }
      return shared
    },
    async renew(announce) {
      const found = await stored()
      const old = found === undefined ? undefined : dataOf(found, 'ca.crt')
      if (found === undefined || !old) return
      if (Date.parse(new X509Certificate(old).validTo) - now() > RENEWAL_MILLISECONDS) return
      const made = await newAuthority()
      const bundle = `${made.certificate}${old}`
      await announce(bundle)
      const body = { ...found, data: dataFrom(made, bundle) }
      const { status, body: answer } = await client.request({ method: 'PUT', path, body })
      if (status >= 300) throw new AuthoritySecretError(`PUT ${path}: ${said(status, answer)}`)
    },
  }

  async function create(): Promise<KubernetesObject> {
    const made = await newAuthority()
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'haetae' } },
      type: 'Opaque',
      data: dataFrom(made, made.certificate),
    }
    const { status, body: answer } = await client.request({ method: 'POST', path: collection, body })
    if (status < 300) return answer as KubernetesObject
    // Another replica was faster.
    const found = status === 409 ? await stored() : undefined
    if (found === undefined) throw new AuthoritySecretError(`POST ${collection}: ${said(status, answer)}`)
    return found
  }
}

/** An authority is opened from a folder; this one is there no longer than it takes. */
async function openFrom(certificate: string, key: string): Promise<Authority> {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'ca.key'), key, { mode: 0o600 })
    writeFileSync(join(folder, 'ca.crt'), certificate, { mode: 0o600 })
    return openAuthority({ folder })
  })
}

function newAuthority(): Promise<{ readonly certificate: string; readonly key: string }> {
  return withFolder(async (folder) => {
    const { certificate } = await openAuthority({ folder })
    return { certificate, key: readFileSync(join(folder, 'ca.key'), 'utf8') }
  })
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const outer = mkdtempSync(join(tmpdir(), 'haetae-authority-'))
  const folder = join(outer, 'authority')
  mkdirSync(folder, { mode: 0o700 })
  try {
    return await work(folder)
  } finally {
    rmSync(outer, { recursive: true })
  }
}

function dataFrom(
  { certificate, key }: { readonly certificate: string; readonly key: string },
  bundle: string,
) {
  const texts = { 'ca.crt': certificate, 'ca.key': key, 'ca-bundle.crt': bundle }
  return Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [file, Buffer.from(text).toString('base64')]),
  )
}

function dataOf(secret: KubernetesObject, file: string): string | undefined {
  const data = secret['data'] as Readonly<Record<string, unknown>> | null | undefined
  const text = data?.[file]
  return typeof text === 'string' ? Buffer.from(text, 'base64').toString('utf8') : undefined
}

/** Never more than the status's own words: a Secret's content is nothing for a message. */
function said(status: number, body: unknown): string {
  const message = (body as { kind?: unknown; message?: unknown } | null | undefined)?.message
  return typeof message === 'string' ? message : `HTTP ${status}`
}
