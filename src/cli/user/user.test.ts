import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { login } from '../login/login.ts'
import { add, passwd } from './user.ts'

const folder = mkdtempSync(join(tmpdir(), 'haetae-user-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A person at a terminal, who types each of the texts when the next question is asked. */
function terminal(typed: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = new PassThrough()
  const left = [...typed]
  let told = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (!text.includes(': ')) return
    const next = left.shift()
    if (next !== undefined) setImmediate(() => input.write(next))
  })
  return { at: { input, output, data: new PassThrough(), environment: {} }, told: () => told }
}

const users = join(folder, 'users.json')
const options = { users, code: false }

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s at a question ends the command, and no further question is asked', async (_, key) => {
  const adding = terminal([key])
  await expect(add('jane', options, 'en', adding.at)).rejects.toMatchObject({ code: 'ERR_NO_ANSWER' })
  expect(adding.told()).not.toContain('Once more')
  const entering = terminal([key])
  const gate = { server: 'https://127.0.0.1:1', execApiVersion: 'v1beta1' }
  await expect(login(gate, 'en', entering.at)).rejects.toMatchObject({ code: 'ERR_NO_ANSWER' })
  expect(entering.told()).not.toContain('Password')
})

test('a user is added with a password that is typed twice', async () => {
  const { at } = terminal(['correct horse\r', 'correct horse\r'])
  expect(await add('jane', options, 'en', at)).toBe(0)
  expect(readFileSync(users, 'utf8')).toContain('"jane"')
})

test('that there is such a user, or none, is told before the password is asked for', async () => {
  const adding = terminal([])
  await expect(add('jane', options, 'en', adding.at)).rejects.toMatchObject({ code: 'ERR_LOCAL_USER' })
  const changing = terminal([])
  await expect(passwd('nobody', options, 'en', changing.at)).rejects.toMatchObject({ code: 'ERR_LOCAL_USER' })
  expect(adding.told() + changing.told()).toBe('')
})
