import { X509Certificate } from 'node:crypto'
import { authenticationFileMessages } from '../files/messages.ts'
import { type Reloaded, type ReloadOptions, reloadedFile } from '../files/reloaded-file.ts'
import { AuthenticationSetupError } from '../setup-error.ts'

/** Certificates that are trusted. A changed file gives another object. */
export type CaBundle = readonly X509Certificate[]

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** The certificates of a PEM file, read again when it changes. */
export function reloadedCaBundle(path: string, options: ReloadOptions): Reloaded<CaBundle> {
  return reloadedFile(path, parseCaBundle, options)
}

/** @throws AuthenticationSetupError ERR_AUTHENTICATION_FILE for a text without certificates, or with a broken one */
export function parseCaBundle(text: string, path: string): CaBundle {
  const blocks = text.match(BLOCK) ?? []
  const { make } = authenticationFileMessages
  if (blocks.length === 0)
    throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', make['no-certificates']({ path }))
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (cause) {
      const said = make['bad-certificate']({ path, index: index + 1 })
      throw new AuthenticationSetupError('ERR_AUTHENTICATION_FILE', said, { cause })
    }
  })
}
