import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServingCertificate } from './server.ts'

/** A certificate authority with certificates for a server on 127.0.0.1 and for a client, all made by openssl. */
export interface TestCertificates {
  readonly ca: string
  readonly server: ServingCertificate
  readonly client: ServingCertificate
}

export function makeCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-certificates-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=ca', '-days', '2')
    writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1')
    for (const name of ['server', 'client']) {
      openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
      const signing = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-CA', 'ca.crt', '-CAkey', 'ca.key']
      openssl('x509', '-req', ...signing, '-CAcreateserial', '-days', '2', '-extfile', 'names')
    }
    const read = (file: string) => readFileSync(join(folder, file), 'utf8')
    const pair = (name: string) => ({ certificate: read(`${name}.crt`), key: read(`${name}.key`) })
    return { ca: read('ca.crt'), server: pair('server'), client: pair('client') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
