import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestAttributes, User } from '../request/index.ts'

/** A user as the cases have it: groups may be null. */
export interface UserJson {
  readonly name?: string
  readonly groups?: readonly string[] | null
}

/** A request's attributes as the cases have them: what is empty is left out. */
export type AttributesJson = Partial<Omit<RequestAttributes, 'user'>> & { readonly user?: UserJson }

export function requestOf({ user, ...attributes }: AttributesJson): RequestAttributes {
  return {
    verb: '',
    apiGroup: '',
    apiVersion: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: '',
    resourceRequest: false,
    ...attributes,
    user: userOf(user ?? {}),
  }
}

export function userOf(user: UserJson): User {
  return { name: user.name ?? '', groups: user.groups ?? [] }
}

/** The lines of a file of cases; none where there are no cases. */
export function cases<Case>(folder: string, file: string): Case[] {
  if (!existsSync(folder)) return []
  const lines = readFileSync(join(folder, file), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Case)
}
