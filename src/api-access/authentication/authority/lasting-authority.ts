import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { writePublicFile } from '../files/secret-file.ts'
import { type Authority, type AuthorityOptions, openAuthority } from './authority.ts'

/** An authority that is followed by another before it ends. */
export interface LastingAuthority extends Authority {
  /** The file with all certificates that are to be trusted now, in PEM: `ca-bundle.crt` in the folder. */
  readonly bundleFile: string
  /**
   * Looks whether it is time for the successor, or to sign with it; to be called now and then.
   *
   * @throws AuthenticationSetupError
   */
  look(): Promise<void>
}

const DAY_MILLISECONDS = 24 * 3_600_000
/** The successor is made, and trusted, when less than this is left. */
const ANNOUNCED_MILLISECONDS = 2 * 365 * DAY_MILLISECONDS
/**
 * And signs when less than this is left: a year and a half after its announcement, in which all that lasts a year (the
 * longest) has been written anew, and knows both.
 */
const SIGNING_MILLISECONDS = 182 * DAY_MILLISECONDS

/** One authority, or a row of those that follow each other: the one that signs first. */
interface Row {
  readonly signer: Authority
  /** All that are to be trusted; the signer first. */
  readonly trusted: readonly Authority[]
}

/**
 * Opens the authority of a folder with its successors, of which each lies in the folder `next` of the one before: nothing is
 * ever moved or written over, so that there is no moment in which a key and its certificate do not fit.
 *
 * @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE, ERR_AUTHENTICATION_FILE_MODE
 */
export async function openLastingAuthority({
  folder,
  now = Date.now,
}: AuthorityOptions): Promise<LastingAuthority> {
  const bundleFile = join(folder, 'ca-bundle.crt')
  let row = await openRow(folder, now)
  let bundle = ''
  const take = () => {
    const text = row.trusted.map(({ certificate }) => certificate).join('')
    if (text === bundle) return
    writePublicFile(bundleFile, text)
    bundle = text
  }
  take()
  return {
    bundleFile,
    async look() {
      row = await openRow(folder, now)
      take()
    },
    get certificate() {
      return bundle
    },
    hasSigned: (certificate) => row.trusted.some((each) => each.hasSigned(certificate)),
    issueServer: (names, seconds) => row.signer.issueServer(names, seconds),
    issueClient: (user, seconds) => row.signer.issueClient(user, seconds),
    signClient: (request, user, seconds, extensions) =>
      row.signer.signClient(request, user, seconds, extensions),
  }
}

async function openRow(folder: string, now: () => number): Promise<Row> {
  const own = await openAuthority({ folder, now })
  const left = new X509Certificate(own.certificate).validToDate.getTime() - now()
  if (left > ANNOUNCED_MILLISECONDS) return { signer: own, trusted: [own] }
  const next = await openRow(join(folder, 'next'), now)
  if (left > SIGNING_MILLISECONDS) return { signer: own, trusted: [own, ...next.trusted] }
  return { signer: next.signer, trusted: left > 0 ? [...next.trusted, own] : next.trusted }
}
