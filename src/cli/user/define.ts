import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { userText as text } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae user …`. */
export function defineUser({ program, language, finish }: Registration): void {
  const user = program.command('user').description(text.user[language])
  user
    .command('add <name>')
    .description(text.add[language])
    .option('--group <name>', text.group[language], collect)
    .option('--no-code', text.noCode[language])
    .option('--users <file>', text.users[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (name: string, options) => {
      const { add } = await import('./user.ts')
      finish(await add(name, options, language))
    })
  user
    .command('list')
    .description(text.list[language])
    .option('-f, --format <name>', text.format[language], 'text')
    .option('--users <file>', text.users[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { list } = await import('./user.ts')
      finish(list(options, language))
    })
  user
    .command('passwd <name>')
    .description(text.passwd[language])
    .option('--users <file>', text.users[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (name: string, options) => {
      const { passwd } = await import('./user.ts')
      finish(await passwd(name, options, language))
    })
  user
    .command('remove <name>')
    .description(text.remove[language])
    .option('--users <file>', text.users[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (name: string, options) => {
      const { remove } = await import('./user.ts')
      finish(remove(name, options, language))
    })
}
