import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { ENGINE_NAMES } from './engine-names.ts'

const text = {
  eval: {
    en: 'run one engine over JSON Lines: a request a line in, an answer a line out',
    ko: '엔진 하나를 JSON Lines로 실행합니다. 한 줄에 요청 하나를 읽고 한 줄에 답 하나를 씁니다',
  },
  schema: {
    en: "print the JSON Schema of the engine's lines",
    ko: '엔진이 주고받는 줄의 JSON 스키마를 출력합니다',
  },
  engines: { en: 'Engines:', ko: '엔진:' },
} as const

/** `haetae eval ENGINE`. */
export function defineEval({ program, language, finish }: Registration): void {
  program
    .command('eval <engine>')
    .description(text.eval[language])
    .option('--schema', text.schema[language])
    .option('--lang <language>', optionText.lang[language])
    .addHelpText('after', `\n${text.engines[language]} ${ENGINE_NAMES.join(', ')}`)
    .action(async (engine: string, options: { schema?: boolean }) => {
      const { evaluateLines, printSchema } = await import('./command.ts')
      finish(options.schema === true ? await printSchema(engine) : await evaluateLines(engine, language))
    })
}
