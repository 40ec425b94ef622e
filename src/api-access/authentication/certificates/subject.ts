import 'reflect-metadata'
import { Name } from '@peculiar/x509'
import type { User } from '../../request/index.ts'

/**
 * The attribute that holds a user's uid: "the UID is set to the value of the subject attribute with the object
 * identifier 1.3.6.1.4.1.57683.2" (Kubernetes documentation, "Authenticating", "X.509 client certificates").
 */
const UID = '1.3.6.1.4.1.57683.2'
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

/** Groups that authentication itself gives: a certificate says them in vain. */
const GIVEN = new Set(['system:authenticated', 'system:unauthenticated'])

/**
 * The user that a certificate's subject names: "the common name of the subject is used as the user name for the
 * request", "group memberships … using the certificate's organization fields".
 *
 * @returns undefined where it has no common name, or more than one uid
 */
export function userOfSubject(subject: Name): User | undefined {
  // Of several the last counts, as in Go's pkix.Name.
  const name = subject.getField(COMMON_NAME).at(-1) ?? ''
  const [uid, ...others] = subject.getField(UID)
  if (name === '' || others.length > 0) return undefined
  const groups = subject.getField(ORGANIZATION)
  return { name, groups, ...(uid !== undefined && { uid }) }
}

/** The subject that names a user. `extra` has no place in it. */
export function subjectOfUser({ name, groups, uid }: User): Name {
  // As objects: in a plain string a leading `#` and a backslash would have a meaning.
  return new Name([
    ...groups.filter((group) => !GIVEN.has(group)).map((group) => ({ O: [{ utf8String: group }] })),
    { CN: [{ utf8String: name }] },
    ...(uid === undefined ? [] : [{ [UID]: [{ utf8String: uid }] }]),
  ])
}
