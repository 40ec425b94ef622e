import { Option } from 'commander'
import type { Registration } from '../program.ts'
import { optionText } from '../text.ts'
import { scanText } from './text.ts'

/** Values of a repeatable option, in the order given. */
function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

/** `haetae scan`: manifests or a live cluster in, findings out. */
export function defineScan({ program, language, finish }: Registration): void {
  program
    .command('scan [paths...]')
    .description(scanText.description[language])
    .option('--cluster', scanText.cluster[language])
    .option('--kubeconfig <file>', optionText.kubeconfig[language])
    .option('--context <name>', optionText.context[language])
    .option('-n, --namespace <name>', optionText.namespace[language])
    .option('-A, --all-namespaces', optionText.allNamespaces[language])
    .option('--level <level>', scanText.level[language], 'restricted')
    .option('--version <version>', scanText.version[language], 'latest')
    .option('--admission-config <file>', scanText.admissionConfig[language])
    .option('--fail-on <severity>', scanText.failOn[language], 'medium')
    .option('-f, --format <name[=file]>', scanText.format[language], collect)
    .option('-o, --output <file>', optionText.output[language])
    .option('--only <check>', scanText.only[language], collect)
    .option('--skip <check>', scanText.skip[language], collect)
    .option('--baseline <file>', scanText.baseline[language])
    .option('--write-baseline <file>', scanText.writeBaseline[language])
    .option('--fix', scanText.fix[language])
    .option('--dry-run', scanText.dryRun[language])
    .option('-q, --quiet', optionText.quiet[language])
    .option('--no-color', optionText.colour[language])
    .addOption(new Option('--lang <language>', optionText.lang[language]))
    .action(async (paths: string[], options) => {
      const { scan } = await import('./command.ts')
      finish(await scan(paths, options, language))
    })
}
