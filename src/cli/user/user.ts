import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  AuthenticationSetupError,
  addUser,
  authenticationFileMessages,
  changePassword,
  codeAddress,
  localUserMessages,
  newCodeSecret,
  readUsers,
  removeUser,
} from '../../api-access/authentication/index.ts'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { choiceOf } from '../options.ts'
import { userMessages } from './messages.ts'
import { ask, type Console, isInteractive, ownConsole, readLines } from './prompt.ts'

interface UsersOption {
  readonly users?: string
}

const { make } = userMessages

/** The file that the gate reads, unless another is named. */
function usersFile({ users }: UsersOption, { environment }: Console): string {
  const state = environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state')
  return users ?? join(state, 'haetae', 'gateway', 'users.json')
}

/** `haetae user add`. @throws UsageError */
export function add(
  name: string,
  options: UsersOption & { readonly group?: readonly string[]; readonly code: boolean },
  language: Language,
  at: Console = ownConsole,
): Promise<ExitStatus> {
  return within(async () => {
    const render = createRenderer([userMessages], language)
    const file = usersFile(options, at)
    const codeSecret = options.code ? newCodeSecret() : undefined
    // Told before the question: the answer would be for nothing.
    if (known(() => readUsers(file)).some((user) => user.name === name))
      throw new UsageError('ERR_LOCAL_USER', localUserMessages.make.exists({ name }), localUserMessages)
    const password = await newPassword(render, at)
    await addUser(file, {
      name,
      groups: options.group ?? [],
      password,
      ...(codeSecret !== undefined && { codeSecret }),
    })
    at.output.write(`${render(make.added({ name, file }))}\n`)
    if (codeSecret !== undefined) {
      at.output.write(`${render(make.code({}))}\n`)
      at.data.write(`${codeAddress(name, codeSecret)}\n`)
    }
    return EXIT.done
  })
}

/** `haetae user list`. @throws UsageError */
export function list(
  options: UsersOption & { readonly format: string },
  language: Language,
  at: Console = ownConsole,
): ExitStatus {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const render = createRenderer([userMessages], language)
  const file = usersFile(options, at)
  const users = known(() => readUsers(file))
  if (format === 'json') {
    const told = users.map(({ name, groups, codeSecret }) => ({
      name,
      groups,
      code: codeSecret !== undefined,
    }))
    at.data.write(`${JSON.stringify(told, null, 2)}\n`)
    return EXIT.done
  }
  if (users.length === 0) at.output.write(`${render(make.none({ file }))}\n`)
  for (const { name, groups, codeSecret } of users) {
    const factor = render(codeSecret === undefined ? make['without-code']({}) : make['with-code']({}))
    at.data.write(`${name}\t${groups.join(',') || '-'}\t${factor}\n`)
  }
  return EXIT.done
}

/** `haetae user passwd`. @throws UsageError */
export function passwd(
  name: string,
  options: UsersOption,
  language: Language,
  at: Console = ownConsole,
): Promise<ExitStatus> {
  return within(async () => {
    const render = createRenderer([userMessages], language)
    const file = usersFile(options, at)
    if (!known(() => readUsers(file)).some((user) => user.name === name))
      throw new UsageError('ERR_LOCAL_USER', localUserMessages.make.unknown({ name }), localUserMessages)
    await changePassword(file, name, await newPassword(render, at))
    at.output.write(`${render(make.changed({ name }))}\n`)
    return EXIT.done
  })
}

/** `haetae user remove`. @throws UsageError */
export function remove(
  name: string,
  options: UsersOption,
  language: Language,
  at: Console = ownConsole,
): ExitStatus {
  known(() => removeUser(usersFile(options, at), name))
  at.output.write(`${createRenderer([userMessages], language)(make.removed({ name }))}\n`)
  return EXIT.done
}

/** Asked for twice at a terminal; else the first line of standard input. */
async function newPassword(render: Render, at: Console): Promise<string> {
  if (!isInteractive(at)) return (await readLines(at))[0] ?? ''
  const password = await ask(at, render(make.password({})), true)
  const again = await ask(at, render(make.again({})), true)
  if (password !== again) throw new UsageError('ERR_PASSWORD', make.differ({}), userMessages)
  return password
}

async function within(run: () => Promise<ExitStatus>): Promise<ExitStatus> {
  try {
    return await run()
  } catch (error) {
    throw asUsage(error)
  }
}

function known<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw asUsage(error)
  }
}

function asUsage(error: unknown): unknown {
  if (!(error instanceof AuthenticationSetupError)) return error
  const messages = error.detail.id.startsWith('local-user.') ? localUserMessages : authenticationFileMessages
  return new UsageError(error.code, error.detail, messages)
}
