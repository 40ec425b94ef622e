/**
 * Korean particles depend on the sound that the word before them ends in: with a final consonant 을, 이, 은,
 * 과, 으로; without one 를, 가, 는, 와, 로 (ㄹ counts as none for 으로/로). Words here are often English or
 * numbers, so the ending is told from Hangul syllables, digits and Latin letters as Koreans read them aloud.
 */
export type Particle = '을/를' | '이/가' | '은/는' | '과/와' | '으로/로'

/** Digits read in Sino-Korean: 0 영, 1 일, 2 이, 3 삼, 4 사, 5 오, 6 육, 7 칠, 8 팔, 9 구. */
const DIGIT_ENDINGS = ['ㅇ', 'ㄹ', '', 'ㅁ', '', '', 'ㄱ', 'ㄹ', 'ㄹ', '']

/**
 * @param word - the word as it will be printed; trailing quotes, brackets and spaces are looked through
 * @param particle - the pair, consonant form first
 * @returns word and the fitting particle, joined
 */
export function withParticle(word: string, particle: Particle): string {
  const [afterConsonant, afterVowel] = particle.split('/') as [string, string]
  const ending = finalConsonant(word)
  const closed = ending !== '' && !(particle === '으로/로' && ending === 'ㄹ')
  return word + (closed ? afterConsonant : afterVowel)
}

/** The final consonant's letter, '' for none; only ㄹ is told apart from other consonants. */
function finalConsonant(word: string): string {
  const text = word.replace(/[\s"'`’”)\]}>.]+$/u, '')
  const last = text.at(-1) ?? ''
  const code = last.codePointAt(0) ?? 0
  if (code >= 0xac00 && code <= 0xd7a3) {
    // Unicode 3.12: syllable = (initial × 21 + vowel) × 28 + final + U+AC00; final 8 is ㄹ.
    const final = (code - 0xac00) % 28
    return final === 0 ? '' : final === 8 ? 'ㄹ' : 'ㅇ'
  }
  if (last >= '0' && last <= '9') return DIGIT_ENDINGS[Number(last)] ?? ''
  const latin = /[A-Za-z]+$/.exec(text)?.[0] ?? ''
  return latin === '' ? '' : latinEnding(latin)
}

/** Letters read by their names end open but for L 엘, R 알 and M 엠, N 엔. */
function letterEnding(letter: string): string {
  if (/[lr]/i.test(letter)) return 'ㄹ'
  return /[mn]/i.test(letter) ? 'ㅇ' : ''
}

/** Abbreviations in capitals that are said as words: 알백, 제이슨, 야믈, 사이더; and capabilities' last words. */
const SPOKEN_CAPITALS: ReadonlySet<string> = new Set(['RBAC', 'ABAC', 'JSON', 'YAML', 'CIDR', 'TIME'])

/** Words that the rules of `spokenEnding` would get wrong. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ...['template', 'private'].map((word) => [word, 'ㅇ'] as const), // 템플릿, 프라이빗
  ...['bit', 'fluentbit', 'edit', 'exit', 'readme', 'acme'].map((word) => [word, ''] as const), // 비트, 에디트, 엑시트, 리드미, 애크미
  ...['ip', 'sub', 'hub', 'github', 'check', 'healthcheck'].map((word) => [word, ''] as const), // 아이피, 서브, 허브, 체크
  ['usr', 'ㄹ'], // 유에스알
])

/**
 * How the last word of a Latin text ends. Of `storageClassName` that is `Name`, of `hostPID` it is `PID`; single
 * letters and abbreviations (PID, API, db) are read letter by letter.
 */
function latinEnding(text: string): string {
  const word = /(?:[A-Z]+|[A-Z]?[a-z]+)$/.exec(text)?.[0] ?? text
  const isCapitals = word === word.toUpperCase()
  const isSpelled = isCapitals && word.length < 5 && !SPOKEN_CAPITALS.has(word)
  if (isSpelled || word.length === 1 || !/[aeiouy]/i.test(word)) return letterEnding(word.at(-1) ?? '')
  const spoken = word.toLowerCase()
  return EXCEPTIONS.get(spoken) ?? spokenEnding(spoken)
}

/**
 * The rules of loan words (국립국어원 외래어 표기법 제3장 제1절), as far as spelling shows the sound: l, m, n and ng
 * close a syllable, a stop does so after a short vowel (`secret` 시크릿, `group` 그룹) but not after a long one or a
 * consonant (`root` 루트, `host` 호스트), d, g and all that hisses never do (`pod` 파드, `log` 로그, `path` 패스).
 */
function spokenEnding(word: string): string {
  // A silent e: `file` 파일, `name` 네임, `type` 타입; after other consonants it is 으 or 이: `node` 노드, `image` 이미지.
  if (/le?$/.test(word)) return 'ㄹ'
  if (/(?:[mn]e?|ng|type)$/.test(word)) return 'ㅇ'
  // `format` 포맷, `timeout` 타임아웃; `heartbeat` 하트비트, `float` 플로트, `wait` 웨이트, `sheet` 시트.
  if (/[aeiou]t$/.test(word)) return /(?:ea|oa|ai|ui|ee|oo)t$/.test(word) ? '' : 'ㅇ'
  // `map` 맵, `heap` 힙; `loop` 루프.
  if (/[aeiou]p$|pp$/.test(word)) return word.endsWith('oop') ? '' : 'ㅇ'
  // `lock` 락, `hook` 훅, `traefik` 트래픽; `leak` 리크.
  if (/[aeiou](?:ck|k)$/.test(word)) return /(?:ea|oa)k$/.test(word) ? '' : 'ㅇ'
  // `spec` 스펙, `job` 잡; `sync` 싱크, `verb` 버브.
  return /[aeiou][bc]$/.test(word) ? 'ㅇ' : ''
}
