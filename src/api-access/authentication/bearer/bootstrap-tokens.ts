import type { KubernetesObject, ObjectView } from '../../../kubernetes/index.ts'
import { AuthenticationError } from '../authentication-error.ts'
import { jwtMessages } from '../jwt/messages.ts'
import { known, SECRETS } from '../service-account/bound-objects.ts'
import type { TokenAuthenticator } from './bearer-token.ts'
import { isSameSecret } from './secret-digest.ts'

const { make } = jwtMessages

const NAME = 'bootstrap-token'
/** "Bootstrap Tokens take the form of abcdef.0123456789abcdef" */
const FORM = /^([a-z0-9]{6})\.([a-z0-9]{16})$/
/** "They must begin with `system:bootstrappers:`", and end in a letter or digit. */
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/

/**
 * Those who join a cluster, by tokens that Secrets of `kube-system` describe (Kubernetes documentation, "Authenticating
 * with Bootstrap Tokens").
 *
 * @param view - secrets of kube-system of the type `bootstrap.kubernetes.io/token`
 * @param now - milliseconds since 1970
 */
export function bootstrapTokenAuthenticator(
  view: ObjectView,
  now: () => number = Date.now,
): TokenAuthenticator {
  return {
    name: NAME,
    async authenticateToken(token) {
      const [, id, secret] = FORM.exec(token) ?? []
      if (id === undefined || secret === undefined) return undefined
      const object = known(view, SECRETS, 'kube-system', `bootstrap-token-${id}`)
      // Tokens of the static file may look like this.
      if (object === undefined) return undefined
      const groups = groupsOf(object, { id, secret, now: now() })
      return { user: { name: `system:bootstrap:${id}`, groups }, authenticator: NAME }
    },
  }
}

/** @throws AuthenticationError ERR_BOOTSTRAP_TOKEN */
function groupsOf(
  object: KubernetesObject,
  presented: { id: string; secret: string; now: number },
): string[] {
  const { id, secret, now } = presented
  const data = (object['data'] ?? {}) as Readonly<Record<string, string>>
  const field = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString()
  if (!isSameSecret(field('token-secret'), secret) || field('token-id') !== id)
    throw new AuthenticationError('ERR_BOOTSTRAP_TOKEN', make['bootstrap-secret']({ id }))

  const unusable = (name: string) =>
    new AuthenticationError('ERR_BOOTSTRAP_TOKEN', make['bootstrap-unusable']({ id, field: name }))
  if (object['type'] !== 'bootstrap.kubernetes.io/token') throw unusable('type')
  if (object.metadata?.deletionTimestamp !== undefined) throw unusable('metadata.deletionTimestamp')
  // "Expired or malformed expiration": a time that cannot be read is over.
  const end = field('expiration')
  if (end !== '' && !(isTime(end) && now < Date.parse(end))) throw unusable('expiration')
  if (field('usage-bootstrap-authentication') !== 'true') throw unusable('usage-bootstrap-authentication')
  const asked = field('auth-extra-groups')
  const extra = asked === '' ? [] : asked.split(',')
  if (!extra.every((group) => GROUP.test(group))) throw unusable('auth-extra-groups')
  return [...new Set(['system:bootstrappers', ...extra])].sort()
}

/** "An absolute UTC time using RFC3339" */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
}
