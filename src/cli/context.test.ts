import { expect, test } from 'vitest'
import { languageOfCall } from './context.ts'

test.each([
  [['scan', 'x'], { LANG: 'ko_KR.UTF-8' }, { language: 'ko' }],
  [['scan', '--lang', 'en'], { LANG: 'ko_KR.UTF-8' }, { language: 'en' }],
  [['--lang=ko', 'scan'], {}, { language: 'ko' }],
  [['scan', '--lang', 'xx'], { LANG: 'ko' }, { language: 'ko', unknown: 'xx' }],
  [['scan', '--', '--lang', 'xx'], {}, { language: 'en' }],
  [['scan', '--lang'], {}, { language: 'en' }],
])('%j', (argv, environment, expected) => expect(languageOfCall(argv, environment)).toEqual(expected))
