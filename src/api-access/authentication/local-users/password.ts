import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

/** Memory in KiB, passes and lanes that the OWASP Password Storage Cheat Sheet asks of Argon2id at least. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const TAG_LENGTH = 32

/** What a stored hash may ask for: a file of users is not to exhaust the machine. */
const MOST_MEMORY = 2 ** 20
const MOST_PASSES = 16

export const PASSWORD_LENGTH = { least: 10, most: 256 }

const FORM =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** A hash of a password, in the form of the PHC: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: salt,
    ...COST,
    tagLength: TAG_LENGTH,
  })
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(tag)}`
}

/**
 * Whether a password is the one of a hash, in time that does not depend on it. Without a hash, as of a user that does not
 * exist, the same work is done and the answer is no.
 */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const { memory, passes, parallelism, salt, tag } = partsOf(hash ?? '') ?? unusable()
  const given = await derive('argon2id', {
    message: password.slice(0, PASSWORD_LENGTH.most * 4).normalize('NFKC'),
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: tag.length,
  })
  return timingSafeEqual(given, tag)
}

export function isPasswordHash(text: string): boolean {
  return partsOf(text) !== undefined
}

function partsOf(hash: string) {
  const [, memory, passes, parallelism, salt = '', tag = ''] = FORM.exec(hash) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const isBounded =
    cost.memory >= 8 * cost.parallelism && cost.memory <= MOST_MEMORY && cost.passes <= MOST_PASSES
  if (tag === '' || !isBounded || cost.passes < 1 || cost.parallelism < 1) return undefined
  return { ...cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

/** Parts that no password has: the tag is random. */
function unusable() {
  return { ...COST, salt: randomBytes(16), tag: randomBytes(TAG_LENGTH) }
}

function plain(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
