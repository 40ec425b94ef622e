import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'

const text = {
  explain: {
    en: 'what really applies to each container, and where each value comes from',
    ko: '컨테이너마다 실제로 적용되는 값과 그 출처를 보여 줍니다',
  },
  container: { en: 'only this container', ko: '이 컨테이너만' },
  runtime: { en: 'container runtime: containerd or cri-o', ko: '컨테이너 런타임: containerd 또는 cri-o' },
  format: { en: 'table or json', ko: 'table 또는 json' },
} as const

/** `haetae explain`. */
export function defineExplain({ program, language, finish }: Registration): void {
  program
    .command('explain <paths...>')
    .description(text.explain[language])
    .option('-c, --container <name>', text.container[language])
    .option('--runtime <name>', text.runtime[language], 'containerd')
    .option('-f, --format <name>', text.format[language], 'table')
    .option('--lang <language>', optionText.lang[language])
    .option('--no-color', optionText.colour[language])
    .action(async (paths: string[], options) => {
      const { explain } = await import('./command.ts')
      finish(await explain(paths, options, language))
    })
}
