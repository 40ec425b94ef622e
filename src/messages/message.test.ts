import { expect, test } from 'vitest'
import { LANGUAGES, languageOf } from './language.ts'
import { defineMessages } from './message.ts'
import { createRenderer } from './render.ts'

const greeting = defineMessages('greeting', {
  hello: {
    en: ({ name }: { name: string }) => `hello ${name}`,
    ko: ({ name }: { name: string }) => `${name} 님, 안녕하세요`,
  },
})

test('a message is its id and data; prose comes from the renderer', () => {
  const message = greeting.make.hello({ name: 'A' })
  expect(message).toEqual({ id: 'greeting.hello', data: { name: 'A' } })
  expect(LANGUAGES.map((language) => createRenderer([greeting], language)(message))).toEqual([
    'hello A',
    'A 님, 안녕하세요',
  ])
})

test('a message that no set declares is a defect, and says so', () => {
  expect(() => createRenderer([], 'en')(greeting.make.hello({ name: 'A' }))).toThrow('greeting.hello')
})

test.each([
  [{ LANG: 'ko_KR.UTF-8' }, 'ko'],
  [{ LANG: 'ko' }, 'ko'],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'ko_KR.UTF-8' }, 'ko'],
  [{ LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'ko_KR.UTF-8', LC_MESSAGES: 'en_GB' }, 'en'],
  [{ LANG: 'kok_IN' }, 'en'],
  [{}, 'en'],
])('locale %j speaks %s', (environment, language) => expect(languageOf(environment)).toBe(language))
