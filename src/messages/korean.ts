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

/** English words as Koreans read them: `secret` 시크릿, `group` 그룹, but `root` 루트, `log` 로그, `network` 네트워크. */
function latinEnding(word: string): string {
  // Single letters and abbreviations (PID, API, db) are read letter by letter.
  if (word === word.toUpperCase() || !/[aeiouy]/i.test(word)) return letterEnding(word.at(-1) ?? '')
  if (/l$/i.test(word)) return 'ㄹ'
  return /(?:[mnbcp]|ng|[ei]t|(?:oo|[^e]c)k)$/i.test(word) ? 'ㅇ' : ''
}
