import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const KEY = randomBytes(32)

/**
 * Stands for a secret in memory: a key for maps that tells nothing of the secret, and by which a look-up takes the same
 * time however near a guess is. Different in each run of the program.
 */
export function secretDigest(secret: string): string {
  return createHmac('sha256', KEY).update(secret).digest('base64')
}

/** Whether two secrets are the same, in time that does not tell how much of them is. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (secret: string) => createHmac('sha256', KEY).update(secret).digest()
  return timingSafeEqual(digest(one), digest(other))
}
