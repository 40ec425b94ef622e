import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { trace } from './command.ts'

test('where the sensor that is named is not there, no command is begun', async () => {
  const before = children()
  const tracing = trace(['sleep', '60'], { format: 'text', output: '-', sensor: '/nowhere/sensor' }, 'en')
  await expect(tracing).rejects.toMatchObject({ code: 'ERR_NO_SENSOR' })
  expect(children()).toEqual(before)
})

/** The processes that this one has begun and not buried. */
function children(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
}
