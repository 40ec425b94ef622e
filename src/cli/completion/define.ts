import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'

const text = {
  completion: {
    en: 'print a completion script: source <(haetae completion bash)',
    ko: '자동 완성 스크립트를 출력합니다: source <(haetae completion bash)',
  },
} as const

/** `haetae completion bash|zsh|fish`. */
export function defineCompletion({ program, language, finish }: Registration): void {
  program
    .command('completion <shell>')
    .description(text.completion[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (shell: string) => {
      const { printCompletion } = await import('./command.ts')
      finish(printCompletion(shell, program))
    })
}
